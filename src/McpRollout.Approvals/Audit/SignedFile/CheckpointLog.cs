using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>The file of checkpoints. Whoever holds the audit's lock signs.</summary>
internal sealed class CheckpointLog(AuditPaths paths, TimeProvider time) : IDisposable
{
    private CheckpointKey? _key;

    /// <summary>The audit's paths.</summary>
    public AuditPaths Paths => paths;

    /// <summary>The last checkpoint, after a torn one was taken off; null if there is none.</summary>
    /// <param name="end">The audit's end: whatever is torn off was to cover it.</param>
    /// <exception cref="AuditUnavailableException">The file ends with something else, or was signed with another key than the one that is
    /// here.</exception>
    public Checkpoint? ReadLast(AuditPosition end)
    {
        // A key that is gone from the disk must not be gone for the others only.
        if (!File.Exists(paths.Key))
        {
            _key?.Dispose();
            _key = null;
        }

        if (!File.Exists(paths.Checkpoints))
            return null;
        using var file = PrivateFiles.OpenToAppend(paths.Checkpoints);
        var (line, torn) = JsonLines.ReadEnd(file);
        var last = line.Length == 0
            ? null
            : Checkpoint.Parse(Encoding.UTF8.GetString(line)) ?? throw NotOurs("does not end with a checkpoint");
        if (last is null && torn.Length == 0)
            return null;
        _key ??= CheckpointKey.Read(paths) ?? throw NotOurs($"was signed with a key that is no longer in {paths.Key}");
        if (last is not null && last.KeyId != _key.Id)
            throw NotOurs($"was signed with another key than {paths.Key}");
        if (torn.Length > 0)
            CutTorn(file, torn, Checkpoint.Beginning(end, _key.Id));
        return last;
    }

    /// <summary>Signs how far the audit has come.</summary>
    /// <param name="end">The last record in the file.</param>
    /// <param name="part">If the file is to be put aside: its first record.</param>
    public Checkpoint Sign(AuditPosition end, long? part)
    {
        _key ??= CheckpointKey.Read(paths) ?? CheckpointKey.Create(paths);
        var checkpoint = Checkpoint.Sign(_key, end, part, time.GetUtcNow());
        using var file = PrivateFiles.OpenToAppend(paths.Checkpoints);
        file.Position = file.Length;
        file.Write(Encoding.UTF8.GetBytes(checkpoint.ToLine() + '\n'));
        file.Flush(flushToDisk: true);
        return checkpoint;
    }

    public void Dispose() => _key?.Dispose();

    private void CutTorn(FileStream file, byte[] torn, string beginning)
    {
        var common = Math.Min(torn.Length, beginning.Length);
        if (!torn.AsSpan(0, common).SequenceEqual(Encoding.ASCII.GetBytes(beginning).AsSpan(0, common)))
            throw NotOurs("does not end with a checkpoint");
        JsonLines.Cut(file, torn);
    }

    private AuditUnavailableException NotOurs(string why) => new(
        $"{paths.Checkpoints} {why}: run 'mcp-rollout audit verify', bring back what is missing, or keep {paths.File}, its parts and "
            + "checkpoints elsewhere, and a new audit is begun.");
}
