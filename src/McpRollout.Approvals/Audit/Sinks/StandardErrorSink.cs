namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>Standard error, one JSON line a record, for whoever collects it. Acknowledged when the pipe or file has taken the
/// line.</summary>
internal sealed class StandardErrorSink(AuditLog log, TextWriter standardError, TimeProvider time) : IAuditSink
{
    private readonly LiveFeed _feed = new(log, time);

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _feed.DeliverAsync(
                entry =>
                {
                    standardError.WriteLine(entry.Line);
                    standardError.Flush();
                },
                cancellationToken);
        }
        catch (IOException failure)
        {
            throw new AuditUnavailableException($"The audit cannot be written to standard error: {failure.Message}", failure);
        }
    }
}
