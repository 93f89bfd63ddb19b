namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>All required sinks as one: done when each has acknowledged, given up when the deadline is over.</summary>
internal sealed class RequiredSinks(AuditSinks sinks, IOptions<AuditOptions> options) : IAuditSink
{
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var failures = await Task.WhenAll(sinks.Required.Select(sink => FailureAsync(sink, cancellationToken)));
        if (failures.OfType<AuditUnavailableException>().ToList() is [var first, ..] all)
            throw new AuditUnavailableException(string.Join(' ', all.Select(failure => failure.Message)), first);
    }

    private async Task<AuditUnavailableException?> FailureAsync(SinkRunner sink, CancellationToken cancellationToken)
    {
        try
        {
            await sink.CatchUpAsync(options.Value.Deadline, cancellationToken);
            return null;
        }
        catch (AuditUnavailableException failure)
        {
            return failure;
        }
    }
}
