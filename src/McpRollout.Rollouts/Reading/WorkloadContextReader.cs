using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Reading;

/// <summary>Reads what surrounds a workload, all at once and within bounds; what does not come in time is told as not read.</summary>
internal sealed class WorkloadContextReader(IClusterReader cluster, TimeProvider time)
{
    /// <summary>How many objects that the target refers to are looked at.</summary>
    public const int ReferredAtMost = 40;

    /// <summary>How long all of it may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly ClusterFailure Late = new(ClusterFailureKind.Unreachable,
        $"the cluster did not answer within {Patience.TotalSeconds:0} seconds");
    private static readonly ClusterFailure TooMany = new(ClusterFailureKind.TooManyRequests,
        $"only {ReferredAtMost} objects are looked at");

    /// <summary>What can be known about bringing a revision back.</summary>
    public Task<UndoFacts> ReadAsync(RevisionHistory history, Revision target, CancellationToken cancellationToken) =>
        ReadAsync(history, target, KindsFor(history.Workload.Type), history.Workload.Type == ResourceType.Deployment, cancellationToken);

    /// <summary>What holds a patch if it is found now (<see cref="FindingKinds.Holding"/>): less is read for it.</summary>
    public async Task<IReadOnlyList<Finding>> ReadHoldingAsync(
        RevisionHistory history, Revision target, CancellationToken cancellationToken) =>
        UndoFindings.For(await ReadAsync(history, target, [NamespacePolicyKind.ResourceQuota], asksForPods: false, cancellationToken));

    private async Task<UndoFacts> ReadAsync(
        RevisionHistory history, Revision target, NamespacePolicyKind[] kinds, bool asksForPods, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var workload = history.Workload;
        var space = workload.Ref.Namespace;

        var referred = TemplateReference.In(target.Template).Select(reference => new Referred(reference.Kind, reference.Name)).Distinct()
            .ToList();
        var reading = referred.Take(ReferredAtMost)
            .Select(one => WithinAsync(cluster.GetMetadataAsync(one.Kind, space, one.Name, either.Token), cancellationToken))
            .ToList();
        var governors = kinds
            .Select(kind => (
                Kind: kind,
                Reading: WithinAsync(cluster.ListNamespacePoliciesAsync(kind, space, either.Token), cancellationToken)))
            .ToList();
        var pods = asksForPods
            ? WithinAsync(cluster.ListPodsAsync(space, workload.LabelSelector, Freshness.Latest, either.Token), cancellationToken)
            : null;
        var events = asksForPods ? WithinAsync(cluster.ListEventsAsync(space, "Pod", either.Token), cancellationToken) : null;
        await Task.WhenAll(
        [
            .. reading, .. governors.Select(governor => governor.Reading), pods ?? Task.CompletedTask, events ?? Task.CompletedTask,
        ]);

        var metadata = new Dictionary<Referred, ClusterAnswer<JsonElement>>();
        foreach (var (index, one) in referred.Index())
            metadata[one] = index < reading.Count ? await reading[index] : TooMany;
        var governing = new Dictionary<NamespacePolicyKind, ClusterAnswer<IReadOnlyList<JsonElement>>>();
        foreach (var (kind, answer) in governors)
            governing[kind] = await answer;

        var facts = new UndoFacts(history, target)
        {
            Referred = metadata,
            NamespacePolicies = governing,
            PodEvents = events is null ? default(ClusterAnswer<IReadOnlyList<JsonElement>>?) : await events,
        };
        if (pods is null)
            return facts;

        var read = await pods;
        if (!read.Succeeded)
            return facts with { PodsUnread = read.Failure };
        var known = RevisionHistory.From(workload, [.. history.Revisions.Select(revision => revision.Raw)], read.Value);
        return facts with { History = known, Target = known.Find(target.Number) ?? target };
    }

    private static NamespacePolicyKind[] KindsFor(ResourceType type) => type == ResourceType.DaemonSet
        ? [NamespacePolicyKind.PodDisruptionBudget, NamespacePolicyKind.ResourceQuota]
        : Enum.GetValues<NamespacePolicyKind>();

    private static async Task<ClusterAnswer<T>> WithinAsync<T>(Task<ClusterAnswer<T>> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Late;
        }
    }
}
