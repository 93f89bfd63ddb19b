using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>The store's memory of the audit's key and last checkpoint.</summary>
internal sealed class CheckpointMemory(IDatabase database, AuditPaths paths, IOptions<StorageOptions> storage)
{
    /// <summary>The name of a file in the store. Hosts that share a store fill a file each, perhaps under one path.</summary>
    public string NameOf(string path) => storage.Value.Postgres is null ? path : $"{Environment.MachineName}:{path}";

    /// <summary>What is remembered; null of an audit that the store has not seen signed.</summary>
    public async Task<RememberedCheckpoint?> ReadAsync(CancellationToken cancellationToken) => (await database.ReadAsync(
        session => session.RowsAsync(
            "SELECT key_id, seq, hash, bytes FROM remembered_checkpoints WHERE audit = @audit",
            row => new RememberedCheckpoint(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3)),
            ("@audit", NameOf(paths.File))),
        cancellationToken)) is [var remembered] ? remembered : null;

    /// <summary>Remembers a checkpoint; never an earlier one, nor one of a key that no longer signs.</summary>
    public Task RememberAsync(RememberedCheckpoint last, CancellationToken cancellationToken) => database.NoteAsync(
        """
        INSERT INTO remembered_checkpoints (audit, key_id, seq, hash, bytes) VALUES (@audit, @key, @seq, @hash, @bytes)
        ON CONFLICT (audit) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, bytes = excluded.bytes
        WHERE remembered_checkpoints.key_id = excluded.key_id AND remembered_checkpoints.seq <= excluded.seq
        """,
        Columns(last),
        cancellationToken);

    /// <summary>Remembers that another key signs from here on, in the caller's transaction.</summary>
    public Task HandOverAsync(StoreSession session, string keyId) => session.ExecuteAsync(
        """
        INSERT INTO remembered_checkpoints (audit, key_id, seq, hash, bytes) VALUES (@audit, @key, @seq, @hash, @bytes)
        ON CONFLICT (audit) DO UPDATE
        SET key_id = excluded.key_id, seq = excluded.seq, hash = excluded.hash, bytes = excluded.bytes
        """,
        Columns(new RememberedCheckpoint(keyId, AuditPosition.Start.Seq, AuditPosition.Start.Hash)));

    private (string Name, object? Value)[] Columns(RememberedCheckpoint last) =>
    [
        ("@audit", NameOf(paths.File)), ("@key", last.KeyId), ("@seq", last.Seq), ("@hash", last.Hash), ("@bytes", last.Length),
    ];
}
