namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>Tells the records since this process started; for sinks that keep nothing.</summary>
internal sealed class LiveFeed(AuditLog log, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private long? _told;

    /// <summary>Tells every record that was not told yet.</summary>
    public async Task DeliverAsync(Action<AuditEntry> tell, CancellationToken cancellationToken)
    {
        _told ??= await log.LastBeforeAsync(_started, cancellationToken);
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
}
