using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Reading;

/// <summary>
/// Reads what <see cref="RevisionHistory"/> and <see cref="Status.RolloutStatus"/> judge, in as few requests as it takes.
/// </summary>
internal sealed class WorkloadReader(IClusterReader cluster)
{
    /// <summary>
    /// The revisions of a workload. A Deployment takes two requests, the others, whose pods count, three, two of them at the same time.
    /// </summary>
    public async Task<ClusterAnswer<RevisionHistory>> ReadHistoryAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken)
    {
        var owner = await ReadWorkloadAsync(workload, freshness, cancellationToken);
        return owner.Succeeded
            ? await ReadHistoryAsync(owner.Value, freshness, withPods: workload.Type != ResourceType.Deployment, cancellationToken)
            : owner.Failure;
    }

    /// <summary>
    /// The revisions with the pods of each, read at the same time. Where the pods cannot be read, the history is still there, and says so
    /// (<see cref="RevisionHistory.ArePodsKnown"/>).
    /// </summary>
    public async Task<ClusterAnswer<RevisionHistory>> ReadHistoryWithPodsAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken)
    {
        var owner = await ReadWorkloadAsync(workload, freshness, cancellationToken);
        if (!owner.Succeeded)
            return owner.Failure;

        var (revisions, pods) = await ReadPartsAsync(owner.Value, freshness, withPods: true, cancellationToken);
        return revisions.Succeeded ? RevisionHistory.From(owner.Value, revisions.Value, pods.Value) : revisions.Failure;
    }

    /// <summary>How the rollout of a workload goes and what holds it up: three requests, two of them at the same time.</summary>
    public async Task<ClusterAnswer<RolloutSnapshot>> ReadStatusAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken)
    {
        var owner = await ReadWorkloadAsync(workload, freshness, cancellationToken);
        if (!owner.Succeeded)
            return owner.Failure;

        var history = await ReadHistoryAsync(owner.Value, freshness, withPods: true, cancellationToken);
        return history.Succeeded ? RolloutSnapshot.Of(history.Value) : history.Failure;
    }

    /// <summary>The workload alone, in one request.</summary>
    public async Task<ClusterAnswer<Workload>> ReadWorkloadAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken)
    {
        var answer = await cluster.GetWorkloadAsync(workload, freshness, cancellationToken);
        if (!answer.Succeeded)
            return answer.Failure;

        try
        {
            return Workload.From(workload.Type, answer.Value);
        }
        catch (JsonException unreadable)
        {
            return new ClusterFailure(ClusterFailureKind.Unexpected, unreadable.Message);
        }
    }

    private async Task<ClusterAnswer<RevisionHistory>> ReadHistoryAsync(
        Workload workload, Freshness freshness, bool withPods, CancellationToken cancellationToken)
    {
        var (revisions, pods) = await ReadPartsAsync(workload, freshness, withPods, cancellationToken);
        if (!revisions.Succeeded)
            return revisions.Failure;

        if (!withPods)
            return RevisionHistory.From(workload, revisions.Value);
        return pods.Succeeded ? RevisionHistory.From(workload, revisions.Value, pods.Value) : pods.Failure;
    }

    // Without pods their answer is that of the revisions, and means nothing.
    private async Task<(ClusterAnswer<IReadOnlyList<JsonElement>> Revisions, ClusterAnswer<IReadOnlyList<JsonElement>> Pods)>
        ReadPartsAsync(Workload workload, Freshness freshness, bool withPods, CancellationToken cancellationToken)
    {
        var (space, selector) = (workload.Ref.Namespace, workload.LabelSelector);
        var reading = workload.Type == ResourceType.Deployment
            ? cluster.ListReplicaSetsAsync(space, selector, freshness, cancellationToken)
            : cluster.ListControllerRevisionsAsync(space, selector, freshness, cancellationToken);
        var readingPods = withPods ? cluster.ListPodsAsync(space, selector, freshness, cancellationToken) : reading;
        await Task.WhenAll(reading, readingPods);
        return (await reading, await readingPods);
    }
}
