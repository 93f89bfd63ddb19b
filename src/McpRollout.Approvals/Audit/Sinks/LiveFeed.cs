namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>Tells the records since this process started; for sinks that keep nothing.</summary>
internal sealed class LiveFeed(AuditLog log, TimeProvider time)
{
    // What may have been recorded between this process's start and its first word.
    private const int LongestStart = 500;

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private long? _told;

    /// <summary>Tells every record that was not told yet.</summary>
    public async Task DeliverAsync(Action<AuditEntry> tell, CancellationToken cancellationToken)
    {
        _told ??= await LastBeforeStartAsync(cancellationToken);
        await log.DeliverAsync(
            _told.Value,
            entry =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                tell(entry);
                _told = entry.Seq;
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    private async Task<long> LastBeforeStartAsync(CancellationToken cancellationToken)
    {
        var count = await log.CountAsync(cancellationToken);
        var recent = await log.AfterAsync(Math.Max(0, count - LongestStart), LongestStart, cancellationToken);
        return recent.Find(entry => TimeOf(entry) > _started.AddMilliseconds(-1)) is { } first ? first.Seq - 1 : count;
    }

    private static DateTimeOffset TimeOf(AuditEntry entry)
    {
        using var record = JsonDocument.Parse(entry.Line);
        return record.RootElement.GetProperty("time").GetDateTimeOffset();
    }
}
