using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>Watches a rolled back release until its workloads are healthy, or are not going to be.</summary>
internal sealed class ReleaseFollower(
    ApprovalBroker broker,
    ReleaseReader releases,
    ReleaseWorkloads workloads,
    RequestHold hold,
    HelmRuns runs,
    ExecutorTimes times,
    TimeProvider time)
{
    /// <summary>Ends when the rollout does, or when another process holds the request.</summary>
    public async Task FollowAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        using var span = UndoTelemetry.StartLinked("undo rollout", request);
        var plan = request.Plan;
        while (await hold.KeepAsync(request, cancellationToken) is { } held)
        {
            var end = runs.EndOf(request.Id);
            var made = held.Outcome?.Revision ?? plan.ReleaseRevision;
            var look = await releases.ReadWithAsync(ReleaseRef.Of(plan.Workload), made, cancellationToken);
            var seen = look.Succeeded ? await workloads.ReadAsync(look.Value, Freshness.Latest, cancellationToken) : [];
            if (Judge(held, made, look, seen, end) is { } outcome)
            {
                await broker.ChangeAsync(
                    request.Id,
                    found => found.IsStillHeldAs(held) && !IsSameNews(found.Outcome, outcome)
                        ? ExecutionTransitions.Rollout(found, outcome)
                        : null,
                    cancellationToken);
            }

            await Task.Delay(times.Retry, time, cancellationToken);
        }

        runs.Remove(request.Id);
    }

    private UndoOutcome? Judge(
        UndoRequest request,
        long made,
        ClusterAnswer<ReleaseHistory> look,
        IReadOnlyList<(ReleaseWorkload Seen, RolloutSnapshot? Rollout)> seen,
        HelmEnd? end)
    {
        var (now, elapsed) = (time.GetUtcNow(), time.GetUtcNow() - (request.ExecutingSince ?? request.CreatedAt));
        if (!look.Succeeded)
        {
            return look.Failure.Kind == ClusterFailureKind.NotFound
                ? new UndoOutcome($"{request.Plan.Workload} was taken away after the rollback.", now, UndoRollout.Superseded)
                : elapsed >= times.Abandon
                    ? new UndoOutcome($"The release could not be read any more: {look.Failure.Message}", now, UndoRollout.Degraded)
                    : null;
        }

        var rollouts = seen.Select(each => each.Rollout).OfType<RolloutSnapshot>().ToList();
        var deadline = rollouts.Select(each => times.DeadlineOf(each.Workload)).DefaultIfEmpty(times.RolloutDeadline).Max();
        var verdict = RollbackVerdict.Judge(request.Plan, made, look.Value, [.. seen.Select(each => each.Seen)], end, elapsed, deadline);
        return new UndoOutcome(
            verdict.Message, now, verdict.Rollout, made, [.. rollouts.SelectMany(each => each.CurrentProblems)]);
    }

    private static bool IsSameNews(UndoOutcome? before, UndoOutcome now) =>
        before is not null && before.Rollout == now.Rollout && before.Message == now.Message && before.Revision == now.Revision;
}
