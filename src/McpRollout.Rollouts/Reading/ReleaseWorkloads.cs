using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Rollouts.Reading;

/// <summary>Reads how the workloads of a release's last revision are, as far as this server may speak of them.</summary>
internal sealed class ReleaseWorkloads(WorkloadReader workloads, ClusterScope scope, OwnerReader owners)
{
    /// <summary>A release with more is told of without the rest: each takes up to three requests.</summary>
    private const int MostRead = 12;

    private static readonly ClusterFailure LeftOut =
        new(ClusterFailureKind.Forbidden, $"A release's first {MostRead} workloads are read: ask for others by themselves.");

    public Task<IReadOnlyList<(ReleaseWorkload Seen, RolloutSnapshot? Rollout)>> ReadAsync(
        ReleaseHistory history, Freshness freshness, CancellationToken cancellationToken) =>
        ReadAsync(history, freshness, MostRead, cancellationToken);

    /// <summary>All of them, where each has to be known: rules are asked about its labels.</summary>
    public Task<IReadOnlyList<(ReleaseWorkload Seen, RolloutSnapshot? Rollout)>> ReadAllAsync(
        ReleaseHistory history, Freshness freshness, CancellationToken cancellationToken) =>
        ReadAsync(history, freshness, int.MaxValue, cancellationToken);

    private async Task<IReadOnlyList<(ReleaseWorkload Seen, RolloutSnapshot? Rollout)>> ReadAsync(
        ReleaseHistory history, Freshness freshness, int most, CancellationToken cancellationToken)
    {
        var read = history.WorkloadsOf(history.Current).Select(async (workload, at) =>
        {
            ClusterAnswer<RolloutSnapshot> answer = at >= most ? LeftOut
                : scope.Refusal(workload.Namespace) is { } refusal ? new ClusterFailure(ClusterFailureKind.Forbidden, refusal)
                : await workloads.ReadStatusAsync(workload, freshness, cancellationToken);
            return answer.Succeeded
                ? (new ReleaseWorkload(workload, answer.Value.Status, null), answer.Value)
                : (new ReleaseWorkload(workload, null, answer.Failure), (RolloutSnapshot?)null);
        });
        return await Task.WhenAll(read);
    }

    /// <summary>Who keeps them as a repository says, by their marks.</summary>
    public IReadOnlyList<(WorkloadRef Workload, OwnerRef Owner)> OwnersOf(IEnumerable<RolloutSnapshot?> rollouts) =>
    [
        .. rollouts.OfType<RolloutSnapshot>().Select(each => (each.Workload.Ref, Owner: owners.Of(each.Workload)))
            .Where(each => each.Owner is not null).Select(each => (each.Ref, each.Owner!)),
    ];
}
