using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;

namespace McpRollout.Rollouts.Reading;

/// <summary>
/// Reads what <see cref="RevisionHistory"/> and <see cref="Status.RolloutStatus"/> judge, in as few requests as it takes.
/// </summary>
internal sealed class WorkloadReader(IClusterReader cluster, IImageMemory? images = null)
{
    /// <summary>
    /// The revisions of a workload. One that has ReplicaSets takes two requests, the others, whose pods count, three, two of them at the
    /// same time.
    /// </summary>
    public Task<ClusterAnswer<RevisionHistory>> ReadHistoryAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken) =>
        ReadAsync(workload, freshness, workload.Type.HasReplicaSets() ? Pods.Unasked : Pods.Required, cancellationToken);

    /// <summary>
    /// The revisions with the pods of each, read at the same time. Where the pods cannot be read, the history is still there, and says so
    /// (<see cref="RevisionHistory.ArePodsKnown"/>).
    /// </summary>
    public Task<ClusterAnswer<RevisionHistory>> ReadHistoryWithPodsAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken) =>
        ReadAsync(workload, freshness, Pods.Wanted, cancellationToken);

    /// <summary>How the rollout of a workload goes and what holds it up: three requests, two of them at the same time.</summary>
    public Task<ClusterAnswer<RolloutSnapshot>> ReadRolloutAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken) =>
        ReadSnapshotAsync(workload, freshness, Pods.Required, cancellationToken);

    /// <summary>The same; where the pods cannot be read, what the workload itself says is still there.</summary>
    public Task<ClusterAnswer<RolloutSnapshot>> ReadStatusAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken) =>
        ReadSnapshotAsync(workload, freshness, Pods.Wanted, cancellationToken);

    /// <summary>The same, with what only Events tell, if it is under way or has failed.</summary>
    public async Task<RolloutSnapshot> ExplainAsync(RolloutSnapshot snapshot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (snapshot.Status.State is RolloutState.Complete or RolloutState.Paused)
            return snapshot;
        return snapshot.Explained((await ReadEventsAsync(snapshot.Workload.Ref, cancellationToken)).All, now);
    }

    /// <summary>What Events tell of a workload and its pods: two requests at the same time.</summary>
    public async Task<RolloutEvents> ReadEventsAsync(WorkloadRef workload, CancellationToken cancellationToken)
    {
        var (ofPods, ofWorkloads) = (
            cluster.ListEventsAsync(workload.Namespace, "Pod", cancellationToken),
            cluster.ListEventsAsync(workload.Namespace, workload.Type.ToKind(), cancellationToken));
        await Task.WhenAll(ofPods, ofWorkloads);
        return new RolloutEvents((await ofPods).Value, (await ofWorkloads).Value);
    }

    private async Task<ClusterAnswer<RolloutSnapshot>> ReadSnapshotAsync(
        WorkloadRef workload, Freshness freshness, Pods asked, CancellationToken cancellationToken)
    {
        var history = await ReadAsync(workload, freshness, asked, cancellationToken);
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

    private async Task<ClusterAnswer<RevisionHistory>> ReadAsync(
        WorkloadRef workload, Freshness freshness, Pods asked, CancellationToken cancellationToken)
    {
        var owner = await ReadWorkloadAsync(workload, freshness, cancellationToken);
        if (!owner.Succeeded)
            return owner.Failure;

        var (space, selector) = (owner.Value.Ref.Namespace, owner.Value.LabelSelector);
        var reading = workload.Type.HasReplicaSets()
            ? cluster.ListReplicaSetsAsync(space, selector, freshness, cancellationToken)
            : cluster.ListControllerRevisionsAsync(space, selector, freshness, cancellationToken);
        var readingPods = asked == Pods.Unasked ? null : cluster.ListPodsAsync(space, selector, freshness, cancellationToken);
        await Task.WhenAll(reading, readingPods ?? Task.CompletedTask);

        var (revisions, pods) = (await reading, readingPods is null ? default : await readingPods);
        if (!revisions.Succeeded)
            return revisions.Failure;
        if (asked == Pods.Required && !pods.Succeeded)
            return pods.Failure;
        var history = RevisionHistory.From(owner.Value, revisions.Value, pods.Value);
        images?.See(history);
        return history;
    }

    private enum Pods
    {
        Unasked,

        // The history is told without them, if need be.
        Wanted,

        Required,
    }
}
