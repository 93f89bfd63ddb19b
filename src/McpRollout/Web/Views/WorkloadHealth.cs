using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;

namespace McpRollout.Web.Views;

/// <summary>How the workload of a request is now, as far as could be read in time.</summary>
/// <param name="Snapshot">Its rollout; null if it could not be read.</param>
/// <param name="Unreadable">Why not.</param>
/// <param name="Moved">What is no longer as the plan shows, so that an approval would end stale.</param>
/// <param name="OtherCluster">The cluster that this instance is connected to, if it is not the request's.</param>
internal sealed record WorkloadHealth(
    RolloutSnapshot? Snapshot = null, string? Unreadable = null, string? Moved = null, string? OtherCluster = null)
{
    /// <summary>The same as the page's JSON tells it.</summary>
    public HealthView ToView() => Snapshot is { } snapshot
        ? new(snapshot.Status.State, snapshot.Status.Message, snapshot.Status.Replicas, snapshot.Problems, Moved)
        : new(null, Unreadable ?? $"This server is connected to another cluster, {OtherCluster}.", null, [], Moved);
}
