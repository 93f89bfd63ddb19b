using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Rollouts.Reading;

/// <summary>Reads what surrounds a workload, all at once and within bounds; what does not come in time is told as not read.</summary>
internal sealed class WorkloadContextReader(
    IClusterReader cluster,
    TimeProvider time,
    IImageMemory? images = null,
    OwnerReader? owners = null,
    ReleaseReader? releases = null)
{
    /// <summary>How many objects that the target refers to are looked at.</summary>
    public const int ReferredAtMost = 40;

    /// <summary>How many of the newest revisions of a release are searched for the target's images.</summary>
    private const int ReleaseRevisions = 9;

    /// <summary>How long all of it may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>How long all of it may take where a history waits for it.</summary>
    public static readonly TimeSpan HistoryPatience = TimeSpan.FromSeconds(2);

    private static readonly ClusterFailure TooMany = new(ClusterFailureKind.TooManyRequests,
        $"only {ReferredAtMost} objects are looked at");

    private readonly RememberedRefusals _refusals = new(time);

    /// <summary>What can be known about bringing a revision back.</summary>
    public Task<UndoFacts> ReadAsync(RevisionHistory history, Revision target, CancellationToken cancellationToken)
    {
        var type = history.Workload.Type;
        return ReadAsync(
            history, target, [target], KindsFor(type), asksForPods: type.HasReplicaSets(), asksForRelease: true, Patience,
            cancellationToken);
    }

    /// <summary>What holds a patch if it is found now (<see cref="FindingKinds.Holding"/>): less is read for it. Nothing where the revision
    /// is gone.</summary>
    public async Task<IReadOnlyList<Finding>> ReadHoldingAsync(
        RevisionHistory history, long revision, bool pausesOwner, CancellationToken cancellationToken) =>
        history.Find(revision) is not { } target
            ? []
            : UndoFindings.For(await ReadAsync(
                history, target, [target], [NamespacePolicyKind.ResourceQuota], asksForPods: false, asksForRelease: false, Patience,
                cancellationToken) with
            {
                PausesOwner = pausesOwner,
                IsReadAgain = true,
            });

    /// <summary>What one workload of a release would run into, of that which holds a rollback.</summary>
    /// <param name="history">The workload as the target has it.</param>
    /// <param name="target">What it is in the target.</param>
    /// <param name="brought">What the target brings itself, and so need not be there yet.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<IReadOnlyList<Finding>> ReadForReleaseAsync(
        RevisionHistory history, Revision target, IReadOnlySet<Referred> brought, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(
            history, target, [target], [NamespacePolicyKind.ResourceQuota], asksForPods: false, asksForRelease: false, Patience,
            cancellationToken);
        var facts = read with { Referred = read.Referred.Where(each => !brought.Contains(each.Key)).ToDictionary() };
        Finding?[] found =
        [
            ReferenceChecks.MissingReference(facts), ReferenceChecks.MissingKey(facts), CapacityChecks.Quota(facts),
            .. NotChecked.In(facts),
        ];
        return [.. found.OfType<Finding>()];
    }

    /// <summary>What a history tells of the namespace; it need not be read first.</summary>
    public async Task<HistorySurroundings> ReadSurroundingsAsync(WorkloadRef workload, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(HistoryPatience, time, cancellationToken);
        var scaling = workload.Type == ResourceType.DaemonSet
            ? null
            : ListAsync(NamespacePolicyKind.HorizontalPodAutoscaler, workload.Namespace, limit);

        // Only the name of a ReplicaSet's pod tells its revision once it is gone.
        var telling = workload.Type.HasReplicaSets() ? EventsAsync(workload.Namespace, limit) : null;
        await Task.WhenAll(scaling ?? Task.CompletedTask, telling ?? Task.CompletedTask);
        return new(
            scaling is null ? default(ClusterAnswer<IReadOnlyList<JsonElement>>?) : await scaling,
            telling is null ? default(ClusterAnswer<IReadOnlyList<JsonElement>>?) : await telling);
    }

    /// <summary>What a history tells of these revisions beside itself: the facts are the same for each, whichever the target is.</summary>
    public async Task<UndoFacts> ReadForHistoryAsync(
        RevisionHistory history, IReadOnlyList<Revision> told, HistorySurroundings around, CancellationToken cancellationToken)
    {
        List<Revision> earlier = [.. told.Where(revision => revision != history.Current)];
        var facts = await ReadAsync(
            history, history.Current ?? told[0], earlier, [], asksForPods: false, asksForRelease: true, HistoryPatience,
            cancellationToken);
        return around.Autoscalers is not { } known ? facts with { PodEvents = around.PodEvents } : facts with
        {
            PodEvents = around.PodEvents,
            NamespacePolicies = new Dictionary<NamespacePolicyKind, ClusterAnswer<IReadOnlyList<JsonElement>>>
            {
                [NamespacePolicyKind.HorizontalPodAutoscaler] = known,
            },
        };
    }

    private async Task<UndoFacts> ReadAsync(
        RevisionHistory history,
        Revision target,
        IReadOnlyList<Revision> referring,
        NamespacePolicyKind[] kinds,
        bool asksForPods,
        bool asksForRelease,
        TimeSpan patience,
        CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(patience, time, cancellationToken);
        var workload = history.Workload;
        var space = workload.Ref.Namespace;

        var referred = referring.SelectMany(revision => TemplateReference.In(revision.Template))
            .Select(reference => new Referred(reference.Kind, reference.Name)).Distinct().ToList();
        var reading = referred.Take(ReferredAtMost)
            .Select(one => WithinAsync(
                _refusals.AskAsync((space, one), () => cluster.GetMetadataAsync(one.Kind, space, one.Name, limit.Token)), limit))
            .ToList();
        var governors = kinds
            .Select(kind => (Kind: kind, Reading: ListAsync(kind, space, limit)))
            .ToList();
        var pods = asksForPods
            ? WithinAsync(cluster.ListPodsAsync(space, workload.LabelSelector, Freshness.Latest, limit.Token), limit)
            : null;
        var events = asksForPods ? EventsAsync(space, limit) : null;
        var owned = owners?.Of(workload) is { } owner
            ? WithinAsync(_refusals.AskAsync(owner, () => owners.ReadAsync(owner, workload.Ref, limit.Token)), limit)
            : null;
        var release = asksForRelease && releases is not null && ReleaseMarks.Of(workload) is { } marked
            ? WithinAsync(_refusals.AskAsync(marked, () => releases.ReadAsync(marked, ReleaseRevisions, null, limit.Token)), limit)
            : null;
        var recorded = images is null || asksForPods ? null : RecordAsync(images, history, limit);
        await Task.WhenAll(
        [
            .. reading, .. governors.Select(governor => governor.Reading), pods ?? Task.CompletedTask, events ?? Task.CompletedTask,
            owned ?? Task.CompletedTask, release ?? Task.CompletedTask,
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
            Owner = owned is null ? default(ClusterAnswer<Owner>?) : await owned,
            Release = release is null ? null : (await release).Value,
            PodEvents = events is null ? default(ClusterAnswer<IReadOnlyList<JsonElement>>?) : await events,
        };
        if (pods is not null)
        {
            var read = await pods;
            facts = read.Succeeded ? facts with { History = history.WithPods(read.Value) } : facts with { PodsUnread = read.Failure };
            images?.See(facts.History);
        }

        if (images is null)
            return facts;
        // Pods that were read just now are part of the record.
        var record = await (recorded ?? RecordAsync(images, facts.History, limit));
        return facts with { Images = record.Value, AreImagesUnread = !record.Succeeded };
    }

    private static Task<ClusterAnswer<ImageRecord>> RecordAsync(IImageMemory images, RevisionHistory history, TimeLimit limit) =>
        WithinAsync(AnsweredAsync(images.OfAsync(history, limit.Token)), limit);

    private static async Task<ClusterAnswer<ImageRecord>> AnsweredAsync(Task<ImageRecord?> reading) =>
        await reading is { } record ? record : new ClusterFailure(ClusterFailureKind.Unreachable, "The record could not be read.");

    private Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListAsync(NamespacePolicyKind kind, string space, TimeLimit limit) =>
        WithinAsync(_refusals.AskAsync((space, kind), () => cluster.ListNamespacePoliciesAsync(kind, space, limit.Token)), limit);

    private Task<ClusterAnswer<IReadOnlyList<JsonElement>>> EventsAsync(string space, TimeLimit limit) =>
        WithinAsync(_refusals.AskAsync((space, "events"), () => cluster.ListEventsAsync(space, "Pod", limit.Token)), limit);

    private static NamespacePolicyKind[] KindsFor(ResourceType type) => type == ResourceType.DaemonSet
        ? [NamespacePolicyKind.PodDisruptionBudget, NamespacePolicyKind.ResourceQuota]
        : Enum.GetValues<NamespacePolicyKind>();

    private static async Task<ClusterAnswer<T>> WithinAsync<T>(Task<ClusterAnswer<T>> reading, TimeLimit limit)
    {
        try
        {
            return await reading;
        }
        catch (OperationCanceledException) when (!limit.IsGivenUp)
        {
            return new ClusterFailure(
                ClusterFailureKind.Unreachable, $"the cluster did not answer within {limit.Patience.TotalSeconds:0} seconds");
        }
    }

    private sealed class TimeLimit(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken) : IDisposable
    {
        private readonly CancellationTokenSource _deadline = new(patience, time);
        private CancellationTokenSource? _either;

        public TimeSpan Patience => patience;

        /// <summary>Cancelled when the time is over, or nobody waits any more.</summary>
        public CancellationToken Token =>
            (_either ??= CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken)).Token;

        public bool IsGivenUp => cancellationToken.IsCancellationRequested;

        public void Dispose()
        {
            _either?.Dispose();
            _deadline.Dispose();
        }
    }
}

/// <summary>What a history tells of the namespace.</summary>
/// <param name="Autoscalers">Who scales its workloads; null where nobody could.</param>
/// <param name="PodEvents">Warnings about its pods; null where they would not tell the revision.</param>
internal sealed record HistorySurroundings(
    ClusterAnswer<IReadOnlyList<JsonElement>>? Autoscalers, ClusterAnswer<IReadOnlyList<JsonElement>>? PodEvents);
