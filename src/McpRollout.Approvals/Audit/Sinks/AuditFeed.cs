namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>Tells the records of the store one after the other, in order.</summary>
internal static class AuditFeed
{
    private const int BatchSize = 500;

    /// <summary>Tells every record after <paramref name="told"/>; only what <paramref name="tell"/> returns from was told.</summary>
    public static async Task DeliverAsync(this AuditLog log, long told, Func<AuditEntry, Task> tell, CancellationToken cancellationToken)
    {
        while (await log.AfterAsync(told, BatchSize, cancellationToken) is [.., var last] batch)
        {
            foreach (var entry in batch)
                await tell(entry);
            told = last.Seq;
        }
    }
}
