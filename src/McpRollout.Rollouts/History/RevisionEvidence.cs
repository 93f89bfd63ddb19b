using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.History;

/// <summary>What is known of a revision: whether it is or was good or bad, and where it comes from.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="IsRolledOut">Whether the cluster says that it was rolled out completely: of the current one, and of the one that a
/// StatefulSet's or Rollout's status names.</param>
/// <param name="Problems">What is wrong with its pods now; null where the pods were not read.</param>
/// <param name="Served">For how long it was the current one.</param>
/// <param name="GivenUpFor">The older one that was brought back in its place, by the number that it got; null where a newer release took
/// its place, or none.</param>
/// <param name="SameTemplateAs">The newest of the older revisions with the very same template.</param>
/// <param name="MadeByUndo">The request that brought it back under its present number.</param>
/// <param name="Restored">The undos that brought its template back, the latest first.</param>
/// <param name="Undone">The undos that went away from its template, the latest first.</param>
internal sealed record RevisionEvidence(
    Revision Revision,
    bool IsRolledOut,
    IReadOnlyList<PodProblem>? Problems,
    ServiceTime Served,
    long? GivenUpFor,
    long? SameTemplateAs,
    string? MadeByUndo,
    IReadOnlyList<EarlierUndo> Restored,
    IReadOnlyList<EarlierUndo> Undone)
{
    private const int ImagesTold = 20;
    private const int LongestCause = 200;
    private const int ReasonsNamed = 3;
    private const int MessageLength = 100;

    /// <summary>What its containers were seen to run, by container and the latest last.</summary>
    public IReadOnlyList<RanImage> Ran { get; init; } = [];

    /// <summary>The pods' reasons in one line, each once: <c>app CrashLoopBackOff, 14 restarts (exit code 1)</c>; null where there are
    /// none.</summary>
    public string? Failing
    {
        get
        {
            var reasons = (Problems ?? []).GroupBy(problem => (problem.Container, problem.Reason)).Select(Describe).ToList();
            return reasons.Count == 0 ? null
                : reasons.Count <= ReasonsNamed ? string.Join("; ", reasons)
                : $"{string.Join("; ", reasons.Take(ReasonsNamed))} and {reasons.Count - ReasonsNamed} more reasons";
        }
    }

    /// <summary>The change-cause, unless it speaks of an undo that made another revision: the controller hands annotations on to later
    /// ones.</summary>
    public string? ChangeCause =>
        Revision.Annotations.GetValueOrDefault(UndoAnnotations.RequestId) is { Length: > 0 } request && request != MadeByUndo
            && Revision.ChangeCause?.Contains(request, StringComparison.Ordinal) == true
            ? null
            : Revision.ChangeCause;

    /// <summary>The same as it may be shown: masked, made visible and cut.</summary>
    public string? ShownCause => ChangeCause is { } cause ? VisibleText.Of(SecretText.Mask(cause), LongestCause) : null;

    /// <summary>All of it as lines, each with its source.</summary>
    public IReadOnlyList<string> Lines(RevisionHistory history)
    {
        var isCurrent = Revision == history.Current;
        var times = history.Workload.Type.HasReplicaSets() ? "ReplicaSet" : "ControllerRevision";
        var lines = new List<string>
        {
            isCurrent
                ? $"current for {Served} (by {times} times)"
                : $"served {Served} (by {times} times; how healthy it was then is not kept)",
        };
        if (GivenUpFor is { } older)
            lines.Add($"given up for an older one, which is revision {older} now ({times} times)");
        if (IsRolledOut)
            lines.Add($"{(isCurrent ? "" : "last ")}rolled out completely (status of the workload)");
        if (Failing is { } failing)
            lines.Add($"failing now: {failing} (its pods)");
        if (Revision.EarlierNumbers.Count > 0)
            lines.Add($"was revision {NumberList.Of(Revision.EarlierNumbers)} before (annotation of the ReplicaSet)");
        if (SameTemplateAs is { } same)
            lines.Add($"same template as revision {same}");
        lines.AddRange(Restored.Select(undo => $"brought back by {Tell(undo)}"));
        lines.AddRange(Undone.Select(undo => $"undone by {Tell(undo)}"));
        if (MadeByUndo is { } request && Restored.All(undo => undo.RequestId != request))
            lines.Add($"brought back by {VisibleText.Of(request, 80)} (annotation)");
        lines.AddRange(Ran.Take(ImagesTold).Select(ran => $"{ShownValue.Name(ran.Run.Container)} ran as {ImageName.Short(ran.Run.Digest)}, "
            + $"last seen {TimeText.Of(ran.LastSeen)} (record of this server)"));
        return lines;
    }

    private static string Tell(EarlierUndo undo) =>
        $"{undo.RequestId}, {undo.FromRevision} -> {undo.ToRevision}, {TimeText.Of(undo.SentAt)}: {undo.Rollout.ToName()} (record of this "
            + "server)";

    private static string Describe(IGrouping<(string? Container, string Reason), PodProblem> same)
    {
        var (first, restarts) = (same.First(), same.Max(problem => problem.Restarts));
        return (first.Container is { } container ? $"{ShownValue.Name(container)} " : "") + first.Reason
            + (restarts > 0 ? $", {restarts} restarts" : "")
            + (first.Message is { Length: > 0 } message ? $" ({VisibleText.Of(message, MessageLength)})" : "");
    }
}
