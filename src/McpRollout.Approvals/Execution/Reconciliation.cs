using System.Collections.Concurrent;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>Finds out from the workload whether a patch whose answer was lost arrived. It only reads.</summary>
internal sealed class Reconciliation(ApprovalBroker broker, WorkloadReader workloads, ExecutorTimes times, TimeProvider time)
{
    // By this process's own clock, which no change of the time moves: the machine's could end the wait while the patch is still on its way.
    private readonly ConcurrentDictionary<string, long> _watchedSince = new();

    /// <summary>One look; ends the request when the truth is known, or can no longer become known, else pauses.</summary>
    public async Task ReconcileAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        if (request.State == RequestState.Executing)
        {
            await ChangeAsync(request, RequestState.Executing, found => ExecutionTransitions.Unknown(found, null, time.GetUtcNow()),
                cancellationToken);
        }

        var watched = time.GetElapsedTime(_watchedSince.GetOrAdd(request.Id, _ => time.GetTimestamp()));
        var history = await workloads.ReadHistoryAsync(request.Plan.Workload, Freshness.Latest, cancellationToken);
        if (history.Succeeded || history.Failure.Kind == ClusterFailureKind.NotFound)
        {
            var now = time.GetUtcNow();
            var isLate = watched >= times.LateArrival;
            RequestChange? Resolve(UndoRequest found) => UndoMarkers.Of(request, history.Value) switch
            {
                Arrival.Arrived => ExecutionTransitions.Applied(
                    found,
                    "The answer was lost; the workload shows that the patch arrived.",
                    UndoMarkers.AppliedDigest(request, history.Value!),
                    now),
                Arrival.NotArrived when isLate => ExecutionTransitions.NeverArrived(found, now),
                Arrival.CannotBeTold when isLate => ExecutionTransitions.CannotBeTold(found, now),
                _ => null,
            };
            if (await ChangeAsync(request, RequestState.Unknown, Resolve, cancellationToken) is not { State: RequestState.Unknown })
            {
                _watchedSince.TryRemove(request.Id, out _);
                return;
            }
        }

        else if (watched >= times.Abandon)
        {
            await ChangeAsync(request, RequestState.Unknown,
                found => ExecutionTransitions.CannotBeTold(found, history.Failure, time.GetUtcNow()), cancellationToken);
            _watchedSince.TryRemove(request.Id, out _);
            return;
        }

        await Task.Delay(times.Retry, time, cancellationToken);
    }

    private Task<UndoRequest?> ChangeAsync(
        UndoRequest request, RequestState expected, Func<UndoRequest, RequestChange?> change, CancellationToken cancellationToken) =>
        broker.ChangeAsync(request.Id, found => found.State == expected ? change(found) : null, cancellationToken);
}
