using System.Text.Json.Serialization;

namespace McpRollout.Mcp.Answers;

/// <summary>The revisions of a release of Helm as the agent is told of them, in the shape in which it is told of a workload's.</summary>
/// <param name="Resource">The release.</param>
/// <param name="CurrentRevision">The last one, in whatever state: what an undo must name as the current one.</param>
/// <param name="DeployedRevision">The one that Helm calls deployed; null where there is none.</param>
/// <param name="TotalRevisions">How many Helm has kept.</param>
/// <param name="Revisions">The newest of them, newest first; the one asked for in full is among them, however old.</param>
/// <param name="Findings">What is worth knowing before choosing one.</param>
/// <param name="LeftOut">How many revisions the limit left out.</param>
/// <param name="Detail">One revision in full, if it was asked for.</param>
internal sealed record ReleaseHistoryView(
    ResourceView Resource,
    long CurrentRevision,
    long? DeployedRevision,
    int TotalRevisions,
    IReadOnlyList<ReleaseRevisionView> Revisions,
    IReadOnlyList<Finding> Findings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LeftOut,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReleaseDetail? Detail)
{
    /// <summary>Tells of what was read.</summary>
    /// <param name="cluster">The cluster it was read from.</param>
    /// <param name="history">The release.</param>
    /// <param name="limit">How many revisions at most.</param>
    /// <param name="inFull">The revision to tell in full; null for none.</param>
    /// <param name="workloads">The workloads of the last one, as the cluster has them.</param>
    /// <param name="findings">What is worth knowing.</param>
    public static ReleaseHistoryView Of(ClusterIdentity cluster, ReleaseHistory history, int limit, ReleaseRevision? inFull,
        IReadOnlyList<ReleaseWorkload> workloads, IReadOnlyList<Finding> findings)
    {
        List<ReleaseRevision> told = [.. history.Revisions.Where((revision, at) => at < limit || revision == inFull)];
        return new(
            new(ReleaseRef.TypeName, history.Release.Namespace, history.Release.Name, cluster.Name),
            history.Current.Number,
            history.Deployed?.Number,
            history.Revisions.Count,
            [.. told.Select(revision => ReleaseRevisionView.Of(history, revision, revision == inFull, workloads))],
            [.. findings.Select(finding => finding with { Subjects = null })],
            told.Count < history.Revisions.Count ? history.Revisions.Count - told.Count : null,
            inFull?.Record is { } record ? ReleaseDetail.Of(history, record) : null);
    }
}

/// <summary>One revision of a release, with what it changed against the one before it.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Current">Whether it is the last one.</param>
/// <param name="Status">What Helm says of it.</param>
/// <param name="CreatedAt">When Helm began with it.</param>
/// <param name="ChangeCause">Its description: Helm's words, or somebody's.</param>
/// <param name="Chart">The chart with its version; null if the record was not read.</param>
/// <param name="AppVersion">The version of what the chart installs, in its words.</param>
/// <param name="Images">Workload and container to image.</param>
/// <param name="Replicas">The last one only: the pods that its workloads want.</param>
/// <param name="ReadyReplicas">The last one only: those that are ready.</param>
/// <param name="Changes">What it changed.</param>
/// <param name="Evidence">What is known of it.</param>
internal sealed record ReleaseRevisionView(
    long Revision,
    bool Current,
    string Status,
    DateTimeOffset? CreatedAt,
    string? ChangeCause,
    string? Chart,
    string? AppVersion,
    IReadOnlyDictionary<string, string> Images,
    int? Replicas,
    int? ReadyReplicas,
    IReadOnlyList<string> Changes,
    IReadOnlyList<string> Evidence)
{
    private const int ChangesOfEach = 20;
    private const int CauseLength = 240;
    private const int LongestImage = 400;

    /// <summary>Codes of what stands against going back to it: none are looked for yet.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Whether each container's image is named by digest, by a tag, or by one that moves.</summary>
    public required IReadOnlyDictionary<string, ImageNaming> ImageRefs { get; init; }

    /// <summary>What of the evidence says that something could not be read.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Unread { get; init; } = [];

    /// <summary>What of the evidence says that its workloads are not rolled out: pods of an earlier revision can be ready all the
    /// same.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Stalled { get; init; } = [];

    public static ReleaseRevisionView Of(
        ReleaseHistory history, ReleaseRevision revision, bool inFull, IReadOnlyList<ReleaseWorkload> workloads)
    {
        var isCurrent = revision == history.Current;
        var counts = isCurrent ? workloads.Select(each => each.Status?.Replicas).OfType<ReplicaCounts>().ToList() : [];
        List<string> stalled = isCurrent ? [.. workloads.Select(each => each.Stall).OfType<string>()] : [];
        List<(string Name, string Image)> images =
        [
            .. (revision.Record?.Manifest.Images ?? [])
                .Select(each => (Name: NameOf(each.Object, each.Container, history.Release.Namespace), each.Image))
                .DistinctBy(each => each.Name),
        ];
        return new(
            revision.Number,
            isCurrent,
            revision.Status.ToName(),
            revision.DeployedAt,
            revision.Record?.Description is { Length: > 0 } words ? VisibleText.EndsOf(SecretText.Mask(words), CauseLength) : null,
            revision.Record is { } record ? ShownValue.Name(record.Chart.ToString()) : null,
            revision.Record?.Chart.AppVersion is { } version ? ShownValue.Name(version) : null,
            images.ToDictionary(each => each.Name, each => VisibleText.Of(each.Image, LongestImage)),
            counts.Count == 0 ? null : counts.Sum(each => each.Desired),
            counts.Count == 0 ? null : counts.Sum(each => each.Ready),
            InShort(revision.Number, ChangesOf(history, revision), inFull),
            [.. EvidenceOf(history, revision), .. stalled])
        {
            ImageRefs = images.ToDictionary(each => each.Name, each => ImageName.NamingOf(each.Image)),
            Unread = [.. UnreadOf(history, revision)],
            Stalled = stalled,
        };
    }

    // As it is shown: two names can be shown alike.
    private static string NameOf(ObjectName named, string container, string releaseNamespace) => VisibleText.Of(
        $"{named.Kind.ToLowerInvariant()}/{named.Name}/{container}"
            + (named.Namespace is { } other && other != releaseNamespace ? $" in {other}" : ""),
        LongestImage);

    private static IReadOnlyList<string> ChangesOf(ReleaseHistory history, ReleaseRevision revision) =>
        revision.Record is { } record && history.PreviousOf(revision)?.Record is { } older ? ReleaseChanges.Between(older, record) : [];

    private static IReadOnlyList<string> InShort(long revision, IReadOnlyList<string> changes, bool inFull) =>
        inFull || changes.Count <= ChangesOfEach + 1
            ? changes
            : [.. changes.Take(ChangesOfEach), $"and {changes.Count - ChangesOfEach} more; ask with revision {revision} to see the whole"];

    private static IEnumerable<string> EvidenceOf(ReleaseHistory history, ReleaseRevision revision) =>
    [
        $"Helm calls it {revision.Status.ToName()}",
        .. UnreadOf(history, revision),
        .. history.WorkloadsOf(revision) is { Count: > 0 } workloads
            ? [$"its workloads: {NameList.Of(workloads.Select(workload => workload.ToString()))}"]
            : Array.Empty<string>(),
    ];

    private static IEnumerable<string> UnreadOf(ReleaseHistory history, ReleaseRevision revision)
    {
        if (revision.Problem is { } problem)
            yield return $"its record cannot be read: {problem}";
        if (revision.Record?.Manifest.Problem is { } unread)
            yield return $"its manifest cannot be read to its end: {unread}";
        if (revision.Record is not null && history.PreviousOf(revision) is { Problem: not null } older)
            yield return $"what it changed is not known, as the record of revision {older.Number} cannot be read";
    }
}

/// <summary>One revision of a release in full, as far as it may be shown.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Objects">The objects that it put into the cluster.</param>
/// <param name="Values">The names of the values that were given to the chart.</param>
/// <param name="RollbackHooks">The hooks that a rollback to it runs, with their moments.</param>
/// <param name="ChangesFromCurrent">What going back to it would change now.</param>
internal sealed record ReleaseDetail(
    long Revision,
    IReadOnlyList<string> Objects,
    IReadOnlyList<string> Values,
    IReadOnlyList<string> RollbackHooks,
    IReadOnlyList<string> ChangesFromCurrent)
{
    public static ReleaseDetail Of(ReleaseHistory history, ReleaseRecord record) => new(
        record.Revision,
        [.. record.Manifest.Objects.Select(each => each.Name.ToString())],
        [.. ValueChanges.Names(record.Values)],
        [
            .. record.Hooks.Where(hook => hook.RunsOnRollback).Select(hook => $"{ShownValue.Name(hook.Kind)} {ShownValue.Name(hook.Name)} "
                + $"({ShownValue.Name(string.Join(", ", hook.Events))})"),
        ],
        history.Current.Record is { } current
            ? ReleaseChanges.Between(current, record)
            : ["not known: the record of the current revision cannot be read"]);
}
