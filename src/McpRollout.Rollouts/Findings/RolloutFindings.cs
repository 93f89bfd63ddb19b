using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Rollouts.Findings;

/// <summary>What the history alone tells of an undo. Each check is pure, and says nothing where nothing is to be said.</summary>
internal static class RolloutFindings
{
    // A refusal by a quota names the object twice before it says which quota, and then three amounts.
    private const int LongestReason = 400;

    private static readonly Func<RevisionHistory, Revision, Finding?>[] Checks =
    [
        (history, _) => Paused(history), (history, _) => NotSettled(history), (history, _) => BeingDeleted(history),
        (history, _) => ArgoRolloutChecks.TemplateElsewhere(history),
        TargetCurrent, SameTemplate, AmbiguousRevision,
        ArgoRolloutChecks.StepsAgain, (history, _) => ArgoRolloutChecks.AbortInstead(history),
        (history, _) => OnDelete(history), (history, _) => Partition(history), ConfigNotRestored,
    ];

    /// <summary>The findings about bringing a revision back, the gravest first.</summary>
    public static IReadOnlyList<Finding> For(RevisionHistory history, Revision target, bool deletesStuckPods = false) =>
    [
        .. Checks.Select(check => check(history, target))
            .Prepend(StuckPodsOf(history, target, deletesStuckPods))
            .OfType<Finding>()
            .OrderBy(finding => finding.Severity),
    ];

    /// <summary>What the pods of a StatefulSet hold up, whichever revision is brought back.</summary>
    public static Finding? StuckPodsOf(RevisionHistory history, Revision target, bool areDeleted = false)
    {
        var names = StuckPods.In(history, target.RestoredLabel).Select(pod => ShownValue.Name(PodRef.Of(pod).Name)).ToList();
        if (names.Count == 0)
            return null;

        var (are, them) = names.Count == 1 ? ("is", "it") : ("are", "them");
        return FindingKinds.StuckPods.Of(
            areDeleted
                ? $"{NameList.Of(names)} {are} not ready, and a StatefulSet waits for {them} even after an undo. The undo deletes {them} "
                    + $"after the patch, one at a time, so that the controller makes {them} again from revision {target.Number}."
                : $"{NameList.Of(names)} {are} not ready. A StatefulSet replaces its pods in order and waits for {them} even after an "
                    + $"undo, and the server's credentials may not delete pods: once it is applied, somebody who may must delete {them} by "
                    + $"hand ({StuckPods.Command(history.Workload.Ref.Namespace, names)}).");
    }

    public static Finding? Paused(RevisionHistory history) => history.Workload.Paused
        ? FindingKinds.Paused.Of($"{history.Workload.Ref} is paused: somebody holds its rollouts, and an undo would not be rolled "
            + $"out.{Holder(history.Workload)}")
        : null;

    /// <summary>Of one that is being deleted nothing will be settled: that is a finding of its own.</summary>
    public static Finding? NotSettled(RevisionHistory history) => history.IsSettled || history.Workload.DeletedAt is not null
        ? null
        : CannotSettle(history) ?? FindingKinds.NotSettled.Of("The controller has not yet made a revision of the latest change to "
            + $"{history.Workload.Ref}, so the revision numbers are about to change.");

    /// <summary>What keeps the history from being settled for good; null where a few seconds may do.</summary>
    public static Finding? NeverSettled(RevisionHistory history) =>
        history.IsSettled ? null : BeingDeleted(history) ?? CannotSettle(history);

    public static Finding? BeingDeleted(RevisionHistory history) => history.Workload.DeletedAt is { } since
        ? FindingKinds.BeingDeleted.Of($"{history.Workload.Ref} is being deleted since {TimeText.ToTheSecond(since)}.")
        : null;

    public static Finding? AmbiguousRevision(RevisionHistory history, Revision target) => FindingKinds.AmbiguousRevision.OfAny(
        history.Revisions.Where(revision => revision.Number == target.Number && history.IsAmbiguous(target.Number))
            .Select(revision => ShownValue.Name(revision.Source)),
        names => $"Revision {target.Number} is claimed by {names}.");

    private static Finding? TargetCurrent(RevisionHistory history, Revision target) => IsCurrent(history, target)
        ? FindingKinds.TargetCurrent.Of($"Revision {target.Number} is the current one.")
        : null;

    private static Finding? SameTemplate(RevisionHistory history, Revision target) =>
        !IsCurrent(history, target) && history.HasTemplateOf(target)
            ? FindingKinds.SameTemplate.Of($"Revision {target.Number} has the same pod template as {history.Workload.Ref} has now: an undo "
                + "would change nothing.")
            : null;

    public static Finding? OnDelete(RevisionHistory history) => history.Workload.IsOnDelete
        ? FindingKinds.OnDelete.Of($"{history.Workload.Ref} has the update strategy OnDelete: after the undo each pod keeps its present "
            + "template until it is deleted.")
        : null;

    public static Finding? Partition(RevisionHistory history) =>
        history.Workload is { Partition: > 0, IsOnDelete: false } workload
            ? FindingKinds.Partition.Of($"The update strategy has partition {workload.Partition}: the undo reaches only pods with an "
                + $"ordinal of {workload.Partition} or higher, of {workload.DesiredReplicas} pods; the others stay as they are.",
                $"partition {workload.Partition}")
            : null;

    private static Finding? ConfigNotRestored(RevisionHistory history, Revision target) =>
        FindingKinds.ConfigNotRestored.OfAny(TemplateReference.ReadBy(target.Template),
            names => $"The undo brings back the pod template only, not what it refers to: {names} will be used as they are now.");

    // By the cluster's record, in the words of whoever wrote the field.
    private static string Holder(Workload workload) => FieldWriter.Of(workload.Raw, "spec", "paused") is { } holder
        ? $" By the cluster's record it was set by {holder}."
        : "";

    private static Finding? CannotSettle(RevisionHistory history) => WhyStuck(history.Workload) is { } why
        ? new(FindingSeverity.Blocks, FindingKinds.NotSettled.Code, $"The controller cannot make a revision of the latest change to "
            + $"{history.Workload.Ref}: {VisibleText.Quoted(VisibleText.EndsOf(SecretText.Mask(why), LongestReason))}. "
            + "That must be mended first; it does not pass by itself.")
        : null;

    private static string? WhyStuck(Workload workload) => workload.InvalidSpec
        ?? (workload.Raw.Condition("Progressing") is { } stuck && stuck.TextAt("status") == "False"
            && stuck.TextAt("reason") is "ReplicaSetCreateError" or "FailedCreate"
                ? stuck.TextAt("message") ?? ""
                : null);

    private static bool IsCurrent(RevisionHistory history, Revision target) => history.Current?.Number == target.Number;
}
