using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Finds out what became of a patch whose answer nobody has. Waiting could not tell: a proxy may hold a patch back for as long as it likes.
/// So a fence is sent first, which makes the patch impossible if it has not arrived; then one look tells the truth, and what did not arrive
/// is carried out again.
/// </summary>
internal sealed partial class Reconciliation(
    ApprovalBroker broker,
    WorkloadReader workloads,
    UndoWriter writer,
    UndoExecution execution,
    Holders holders,
    ExecutorTimes times,
    TimeProvider time,
    ILogger<Reconciliation> logger)
{
    /// <summary>One attempt; ends the request or carries it out when the truth is known, else pauses.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mayWrite">Whether this process may send the fence; one that only reads can still see that the patch arrived.</param>
    /// <param name="watched">How long this process has seen the request in this state, by its own clock, which nobody sets.</param>
    /// <param name="cancellationToken">Gives the attempt up; the request is left to whoever comes next.</param>
    public async Task ReconcileAsync(UndoRequest request, bool mayWrite, TimeSpan watched, CancellationToken cancellationToken)
    {
        FencedUndo? fence = null;
        ClusterFailure? fenceFailure = null;
        if (mayWrite)
        {
            fence = await broker.TakeOverAsync(
                request.Id,
                holders.Name,
                times.Lease,
                found => holders.IsHeldByOther(found, time.GetUtcNow(), times.Lease),
                cancellationToken);
            if (fence is null)
                return;
            fenceFailure = await SendFenceAsync(fence);
        }

        var history = await workloads.ReadHistoryAsync(request.Plan.Workload, Freshness.Latest, cancellationToken);
        switch (PatchFates.Of(fence?.Request ?? request, history, fenceFailure, watched, times))
        {
            case PatchFate.Open:
            case PatchFate.WithoutEffect when fence is null:
                await Task.Delay(history.Succeeded && fenceFailure is null ? times.Poll : times.Retry, time, cancellationToken);
                return;
            case PatchFate.WithoutEffect:
                await execution.ExecuteAgainAsync(fence, history.Value!, cancellationToken);
                break;
            case PatchFate.Arrived:
                await EndAsync(found => ExecutionTransitions.Applied(
                    found,
                    "The answer was lost; the workload shows that the patch arrived.",
                    UndoMarkers.AppliedDigest(found, history.Value!),
                    time.GetUtcNow()));
                break;
            case PatchFate.CannotBeTold:
                await EndAsync(found => ExecutionTransitions.CannotBeTold(found, time.GetUtcNow()));
                break;
            case PatchFate.NotFenced:
                await EndAsync(found => ExecutionTransitions.NotFenced(found, fenceFailure!, time.GetUtcNow()));
                break;
            case PatchFate.Unreadable:
                await EndAsync(found => ExecutionTransitions.CannotBeTold(found, history.Failure!, time.GetUtcNow()));
                break;
        }

        Task EndAsync(Func<UndoRequest, RequestChange> end) => broker.ChangeAsync(
            request.Id, found => found.State is RequestState.Executing or RequestState.Unknown ? end(found) : null, cancellationToken);
    }

    // Stopping the process does not cut it off: it ends by itself within the lease.
    private async Task<ClusterFailure?> SendFenceAsync(FencedUndo fence)
    {
        try
        {
            using var limit = new CancellationTokenSource(times.Write, time);
            var failure = await writer.FenceAsync(fence, limit.Token);
            if (failure is not null)
                LogNotFenced(logger, fence.Request.Id, failure.Message);
            return failure;
        }
        catch (AuditUnavailableException failure)
        {
            LogNotFenced(logger, fence.Request.Id, failure.Message);
            return new ClusterFailure(ClusterFailureKind.Unreachable, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fence of {RequestId} is not known to have reached the workload: {Why}")]
    private static partial void LogNotFenced(ILogger logger, string requestId, string why);
}
