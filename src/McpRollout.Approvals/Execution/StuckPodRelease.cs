using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Deletes the pods of an applied undo's plan that its StatefulSet waits for. Unlike the patch a deletion may be sent again, after another
/// look: under the same uid it is the same deletion.
/// </summary>
internal sealed partial class StuckPodRelease(
    ApprovalBroker broker, UndoWriter writer, ExecutorTimes times, TimeProvider time, ILogger<StuckPodRelease> logger)
{
    /// <summary>Ends the announced deletions that a look shows to have come about. The result is the request as it then is; null once
    /// another holds it.</summary>
    public async Task<UndoRequest?> SettleAsync(UndoRequest held, RevisionHistory history, CancellationToken cancellationToken)
    {
        if (StuckPodActions.Settle(held, history, time.GetUtcNow()) is null)
            return held;
        var settled = await broker.ChangeAsync(
            held.Id,
            found => found.IsStillHeldAs(held) ? StuckPodActions.Settle(found, history, time.GetUtcNow()) : null,
            cancellationToken);
        return settled?.Lease?.Number == held.Lease?.Number ? settled : null;
    }

    /// <summary>Deletes the pod that is due by this look, if any is.</summary>
    /// <param name="held">The request.</param>
    /// <param name="history">What the look saw.</param>
    /// <param name="looked">When the look began.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task DeleteNextAsync(UndoRequest held, RevisionHistory history, DateTimeOffset looked, CancellationToken cancellationToken)
    {
        if (StuckPodActions.Next(held, history) is not { } pod
            || await broker.ClaimDeletionAsync(held, PodRef.Of(pod), times.Lease, cancellationToken) is not { } deletion)
            return;
        try
        {
            // Stopping the process does not cut it off: it ends by itself well within the lease.
            using var limit = new CancellationTokenSource(times.Write, time);
            var failure = await writer.DeletePodAsync(
                deletion, pod.TextAt("metadata", "resourceVersion") ?? "", notAfter: looked + times.Look, limit.Token);
            await broker.ChangeAsync(held.Id, found => End(found, deletion.Pod, failure), CancellationToken.None);
        }
        catch (AuditUnavailableException failure)
        {
            LogWaiting(logger, held.Id, deletion.Pod.Name, failure.Message);
        }
    }

    // Whatever may change by itself (the pod was changed, the answer was lost, the server is busy) is left to the next look.
    private RequestChange? End(UndoRequest found, PodRef pod, ClusterFailure? failure)
    {
        if (failure is not null)
            LogNotDeleted(logger, found.Id, pod.Name, failure.Message);
        if (PodDeletions.Of(found, pod)?.State != PodDeletionState.Deleting)
            return null;
        return failure?.Kind switch
        {
            null or ClusterFailureKind.NotFound =>
                PodDeletions.End(found, new PodDeletion(pod, PodDeletionState.Deleted, time.GetUtcNow(), failure?.Message)),
            ClusterFailureKind.Forbidden or ClusterFailureKind.Invalid =>
                PodDeletions.End(found,
                    new PodDeletion(pod, PodDeletionState.Refused, time.GetUtcNow(), VisibleText.Of(failure.Message, 200))),
            _ => null,
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} waits to delete pod {Pod}: {Why}")]
    private static partial void LogWaiting(ILogger logger, string requestId, string pod, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} did not delete pod {Pod} for now: {Why}")]
    private static partial void LogNotDeleted(ILogger logger, string requestId, string pod, string why);
}
