using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Reads how a request's release is, and again what its decision rests on.</summary>
internal sealed class ReleaseHealthReader(ReleaseReader releases, ReleaseWorkloads workloads, ReleaseOutlook outlook)
{
    /// <summary>Whether the release is as the plan shows, and how its workloads are.</summary>
    public async Task<WorkloadHealth> ReadAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        var read = await releases.ReadWithAsync(ReleaseRef.Of(plan.Workload), plan.ToRevision, cancellationToken);
        var isWaiting = request.State is RequestState.Pending or RequestState.Approved;
        if (!read.Succeeded)
        {
            return new WorkloadHealth(
                Unreadable: read.Failure.Message,
                Moved: isWaiting && read.Failure.Kind == ClusterFailureKind.NotFound ? ReleasePlanning.Moved(plan, null) : null);
        }

        var seen = await workloads.ReadAsync(read.Value, Freshness.Cached, cancellationToken);
        var rollout = ReleaseRollout.Judge(read.Value, [.. seen.Select(each => each.Seen)]);
        var moved = isWaiting ? ReleasePlanning.Moved(plan, read.Value) : null;
        return new WorkloadHealth(Moved: moved)
        {
            Release = new HealthView(
                rollout.State,
                rollout.Message,
                rollout.Replicas,
                [.. seen.Select(each => each.Rollout).OfType<RolloutSnapshot>().SelectMany(each => each.Problems)],
                null),
            Findings = request.State.IsUndecided() && moved is null
                ? await outlook.ReadAsync(read.Value, read.Value.Find(plan.ToRevision)!, cancellationToken)
                : null,
        };
    }
}
