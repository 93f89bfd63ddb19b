using McpRollout.Broker;
using McpRollout.Cluster;
using McpRollout.Rollouts;

namespace McpRollout.Executor;

/// <summary>Finds out from the workload whether a patch whose answer was lost arrived. It only reads.</summary>
internal sealed class Reconciliation(ApprovalBroker broker, IClusterReader cluster, ExecutorTimes times, TimeProvider time)
{
    /// <summary>One look; ends the request when the truth is known, else pauses.</summary>
    public async Task ReconcileAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        if (request.State == RequestState.Executing)
        {
            await ChangeAsync(request, RequestState.Executing, found => Ending.Unknown(found, null, time.GetUtcNow()), cancellationToken)
                .ConfigureAwait(false);
        }

        var answer = await cluster.GetWorkloadAsync(request.Plan.Workload, Freshness.Latest, cancellationToken).ConfigureAwait(false);
        if (answer.Succeeded && Evidence.IsOn(Workload.From(request.Plan.ResourceType, answer.Value), request))
        {
            await ChangeAsync(
                request,
                RequestState.Unknown,
                found => Ending.Applied(found, "The answer was lost; the workload shows that the patch arrived.", time.GetUtcNow()),
                cancellationToken).ConfigureAwait(false);
            return;
        }

        var isAnswered = answer.Succeeded || answer.Failure.Kind == ClusterFailureKind.NotFound;
        if (isAnswered && time.GetUtcNow() >= request.ExecutingSince + times.LateArrival)
        {
            await ChangeAsync(request, RequestState.Unknown, found => Ending.NeverArrived(found, time.GetUtcNow()), cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        await Task.Delay(times.Retry, time, cancellationToken).ConfigureAwait(false);
    }

    private Task<UndoRequest?> ChangeAsync(
        UndoRequest request, RequestState expected, Func<UndoRequest, RequestChange> change, CancellationToken cancellationToken) =>
        broker.ChangeAsync(request.Id, found => found.State == expected ? change(found) : null, cancellationToken);
}
