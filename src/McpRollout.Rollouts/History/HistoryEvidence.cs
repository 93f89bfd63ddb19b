using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;

namespace McpRollout.Rollouts.History;

/// <summary>What is known of the revisions of a workload. Pure; nothing in it chooses one.</summary>
internal sealed class HistoryEvidence
{
    private const int ProblemsRead = 100;

    private readonly Dictionary<Revision, RevisionEvidence> _byRevision;

    private HistoryEvidence(RevisionHistory history, Dictionary<Revision, RevisionEvidence> byRevision) =>
        (History, _byRevision) = (history, byRevision);

    public RevisionHistory History { get; }

    public RevisionEvidence this[Revision revision] => _byRevision[revision];

    /// <summary>Puts together what was read.</summary>
    /// <param name="history">The revisions, and the pods where they were read.</param>
    /// <param name="undos">What is known of undos of the workload of this name, the latest first.</param>
    /// <param name="now">When it was read.</param>
    public static HistoryEvidence Of(RevisionHistory history, IReadOnlyList<EarlierUndo> undos, DateTimeOffset now)
    {
        List<EarlierUndo> own = [.. undos.Where(undo => undo.WorkloadUid == history.Workload.Uid)];
        var served = ServiceTimes.Of(history, own, now);
        var pods = history.Pods.ToLookup(PodFacts.RevisionLabel);
        var older = new Dictionary<string, long>(StringComparer.Ordinal);
        var evidence = new Dictionary<Revision, RevisionEvidence>();
        foreach (var revision in history.Revisions.Reverse())
        {
            var digest = revision.TemplateDigest;
            evidence[revision] = new(
                revision,
                IsRolledOut(history, revision),
                history.ArePodsKnown ? Problems(history, revision, revision.PodLabel is { } label ? pods[label] : []) : null,
                served[revision],
                GivenUpFor(history, revision),
                older.TryGetValue(digest, out var same) ? same : null,
                MadeByUndo(history, revision, own),
                [.. own.Where(undo => undo.ToDigest == digest)],
                [.. own.Where(undo => history.IsOrigin(revision, undo.FromDigest, undo.FromRevision))]);
            older[digest] = revision.Number;
        }

        return new HistoryEvidence(history, evidence);
    }

    /// <summary>The same with what its revisions were seen to run.</summary>
    /// <param name="images">What is known of its images; null for nothing.</param>
    public HistoryEvidence With(ImageRecord? images) => images is null ? this : new(
        History, _byRevision.ToDictionary(each => each.Key, each => each.Value with { Ran = images.Of(each.Key) }));

    // Made before the revision that it took the place of: an undo, by whatever means, gave it a new number.
    private static long? GivenUpFor(RevisionHistory history, Revision revision) =>
        history.Revisions.LastOrDefault(next => next.Number > revision.Number) is { } next && next.CreatedAt < revision.CreatedAt
            ? next.Number
            : null;

    private static bool IsRolledOut(RevisionHistory history, Revision revision) => revision == history.Current
        ? history.IsSettled && RolloutStatus.Judge(history.Workload).State == RolloutState.Complete
        : history.Workload.Type switch
        {
            ResourceType.StatefulSet => revision.Source == history.Workload.Raw.TextAt("status", "currentRevision"),
            ResourceType.Rollout => revision.PodLabel == history.Workload.StableHash,
            _ => false,
        };

    private static IReadOnlyList<PodProblem> Problems(
        RevisionHistory history, Revision revision, IEnumerable<System.Text.Json.JsonElement> pods) =>
    [
        .. history.Workload.Type.HasReplicaSets() ? PodProblems.InReplicaSets([revision.Raw]) : [],
        .. PodProblems.In(pods, limit: ProblemsRead),
    ];

    // A Deployment or Rollout hands its annotations on to every later ReplicaSet, so that one which was made anew carries the last undo's
    // too. An undo makes nothing anew. ControllerRevisions keep the annotations that they were made with.
    private static string? MadeByUndo(RevisionHistory history, Revision revision, List<EarlierUndo> undos)
    {
        if (undos.FirstOrDefault(undo => undo.MadeRevision == revision.Number) is { } known)
            return known.RequestId;
        if (!history.Workload.Type.HasReplicaSets())
        {
            return revision == history.Current && FieldWriter.OfTemplate(history.Workload)?.Kind == WriterKind.McpRollout
                ? UndoAnnotations.RequestOf(history.Workload.Annotations)
                : null;
        }

        return revision.EarlierNumbers.Count > 0 && UndoAnnotations.RequestOf(revision.Annotations) is { } request
            && !history.Revisions.Any(other => other.Number < revision.Number && other.EarlierNumbers.Count > 0
                && other.Annotations.GetValueOrDefault(UndoAnnotations.RequestId) == request)
            ? request
            : null;
    }
}
