using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What keeps an approved request from being carried out for a while, said in the log.</summary>
internal sealed partial class ExecutionWait(IAuditSink sink, ExecutorTimes times, TimeProvider time, ILogger<ExecutionWait> logger)
{
    /// <summary>Whether the audit can be written now; if it cannot, it is waited before the answer.</summary>
    public async Task<bool> CanRecordAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await sink.CatchUpAsync(cancellationToken);
            return true;
        }
        catch (AuditUnavailableException failure)
        {
            await ForAsync(request, failure.Message, cancellationToken);
            return false;
        }
    }

    /// <summary>Waits before the next try.</summary>
    public async Task ForAsync(UndoRequest request, string why, CancellationToken cancellationToken)
    {
        LogWaiting(logger, request.Id, why);
        await Task.Delay(times.Retry, time, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} is approved and waits to be carried out: {Why}")]
    private static partial void LogWaiting(ILogger logger, string requestId, string why);
}
