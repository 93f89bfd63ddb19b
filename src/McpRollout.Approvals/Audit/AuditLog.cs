using System.Data.Common;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Audit;

/// <summary>The audit inside the store, where a record commits together with what it records.</summary>
internal sealed class AuditLog(IDatabase database, TimeProvider time)
{
    private const int BatchSize = 500;

    /// <summary>Adds the record to the chain, in the caller's transaction.</summary>
    public async Task<AuditEntry> AppendAsync(StoreSession session, AuditDraft draft)
    {
        var last = await session.RowsAsync(
            "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", row => (Seq: row.GetInt64(0), Hash: row.GetString(1)));
        var (seq, prev) = last is [var end] ? end : (0, AuditChain.Start);
        var entry = AuditChain.Append(draft, seq + 1, prev, time.GetUtcNow());
        await session.ExecuteAsync(
            "INSERT INTO audit (seq, hash, line) VALUES (@seq, @hash, @line)",
            ("@seq", entry.Seq), ("@hash", entry.Hash), ("@line", entry.Line));
        return entry;
    }

    /// <summary>Adds the record to the chain, in a transaction of its own.</summary>
    public Task<AuditEntry> RecordAsync(AuditDraft draft, CancellationToken cancellationToken) =>
        database.WriteAsync(session => AppendAsync(session, draft), cancellationToken);

    /// <summary>The hash of a record, or null if there is none of this number.</summary>
    public Task<string?> HashOfAsync(long seq, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarAsync<string>("SELECT hash FROM audit WHERE seq = @seq", ("@seq", seq)), cancellationToken);

    /// <summary>Whether it is the store's record of this number.</summary>
    public async Task<bool> HasAsync(AuditPosition position, CancellationToken cancellationToken) =>
        await HashOfAsync(position.Seq, cancellationToken) == position.Hash;

    /// <summary>How many records there are.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.ScalarAsync<long>("SELECT count(*) FROM audit"), cancellationToken);

    /// <summary>The records about one request, in order. It looks through all there are.</summary>
    public Task<List<AuditEntry>> AboutAsync(string requestId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.RowsAsync(
            "SELECT seq, hash, line FROM audit WHERE line LIKE @about ORDER BY seq", Read, ("@about", $"%\"request_id\":\"{requestId}\"%")),
        cancellationToken);

    /// <summary>The records of passkeys that were enrolled, in order. It looks through all there are.</summary>
    public Task<List<AuditEntry>> EnrolmentsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.RowsAsync(
            "SELECT seq, hash, line FROM audit WHERE line LIKE @event ORDER BY seq",
            Read,
            ("@event", $"%\"event\":\"{AuditEvent.ApproverDeviceAdded.ToName()}\"%")),
        cancellationToken);

    /// <summary>At most so many records after <paramref name="seq"/>, in order.</summary>
    public Task<List<AuditEntry>> AfterAsync(long seq, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.RowsAsync(
            "SELECT seq, hash, line FROM audit WHERE seq > @seq ORDER BY seq LIMIT @limit", Read, ("@seq", seq), ("@limit", limit)),
        cancellationToken);

    /// <summary>Tells every record after <paramref name="told"/>, in order; only what <paramref name="tell"/> returns from was
    /// told.</summary>
    public async Task DeliverAsync(long told, Func<AuditEntry, Task> tell, CancellationToken cancellationToken)
    {
        while (await AfterAsync(told, BatchSize, cancellationToken) is [.., var last] batch)
        {
            foreach (var entry in batch)
                await tell(entry);
            told = last.Seq;
        }
    }

    /// <summary>The last record from before a process's start, for what is told from then on. It looks through the newest.</summary>
    public async Task<long> LastBeforeAsync(DateTimeOffset start, CancellationToken cancellationToken)
    {
        var count = await CountAsync(cancellationToken);
        var recent = await AfterAsync(Math.Max(0, count - BatchSize), BatchSize, cancellationToken);
        return recent.Find(entry => TimeOf(entry) > start.AddMilliseconds(-1)) is { } first ? first.Seq - 1 : count;
    }

    private static DateTimeOffset TimeOf(AuditEntry entry)
    {
        using var record = JsonDocument.Parse(entry.Line);
        return record.RootElement.GetProperty("time").GetDateTimeOffset();
    }

    private static AuditEntry Read(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2));
}
