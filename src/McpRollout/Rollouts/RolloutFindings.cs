namespace McpRollout.Rollouts;

/// <summary>What is worth knowing before a person decides about an undo. Each check is pure, and says nothing where nothing is to be said.</summary>
internal static class RolloutFindings
{
    private static readonly Func<RevisionHistory, Revision, Finding?>[] Checks =
    [
        Paused, NotSettled, TargetCurrent, SameTemplate, OnDelete, Partition, ConfigNotRestored,
    ];

    /// <summary>The findings about bringing a revision back, the gravest first.</summary>
    /// <param name="history">The workload and its revisions.</param>
    /// <param name="target">The revision.</param>
    /// <param name="deletesStuckPods">Whether the undo deletes the pods that would hold it up.</param>
    public static IReadOnlyList<Finding> For(RevisionHistory history, Revision target, bool deletesStuckPods = false) =>
    [
        .. Checks.Select(check => check(history, target))
            .Prepend(StuckPods.FindingOf(history, target, deletesStuckPods))
            .OfType<Finding>()
            .OrderBy(finding => finding.Severity),
    ];

    private static Finding? Paused(RevisionHistory history, Revision target) => history.Workload.Paused
        ? new(
            FindingSeverity.Blocks,
            "paused",
            $"{history.Workload.Ref} is paused: somebody holds its rollouts, and an undo would not be rolled out. Lifting the hold is a person's decision; ask the one who set it.")
        : null;

    private static Finding? NotSettled(RevisionHistory history, Revision target) => history.IsSettled
        ? null
        : new(
            FindingSeverity.Blocks,
            "not-settled",
            $"The controller has not yet made a revision of the latest change to {history.Workload.Ref}, so the revision numbers are about to change. Read the history again in a few seconds.");

    private static Finding? TargetCurrent(RevisionHistory history, Revision target) => IsCurrent(history, target)
        ? new(
            FindingSeverity.Blocks,
            "target-current",
            $"Revision {target.Number} is the current one. Choose an older revision from the history.")
        : null;

    private static Finding? SameTemplate(RevisionHistory history, Revision target) =>
        !IsCurrent(history, target) && target.TemplateDigest == history.Workload.TemplateDigest
            ? new(
                FindingSeverity.Blocks,
                "same-template",
                $"Revision {target.Number} has the same pod template as {history.Workload.Ref} has now: an undo would change nothing. Choose another revision.")
            : null;

    private static Finding? OnDelete(RevisionHistory history, Revision target) => history.Workload.IsOnDelete
        ? new(
            FindingSeverity.Warns,
            "on-delete",
            $"{history.Workload.Ref} has the update strategy OnDelete: after the undo each pod keeps its present template until somebody deletes it by hand.")
        : null;

    private static Finding? Partition(RevisionHistory history, Revision target) =>
        history.Workload is { Partition: > 0, IsOnDelete: false } workload
            ? new(
                FindingSeverity.Warns,
                "partition",
                $"The update strategy has partition {workload.Partition}: the undo reaches only pods with an ordinal of {workload.Partition} or higher, of {workload.DesiredReplicas} pods; the others stay as they are.")
            : null;

    private static Finding? ConfigNotRestored(RevisionHistory history, Revision target)
    {
        var names = ConfigReferences.In(target.Template);
        return names.Count == 0
            ? null
            : new(
                FindingSeverity.Informs,
                "config-not-restored",
                $"The undo brings back the pod template only, not what it refers to: {StuckPods.List(names)} will be used as they are now. What was changed there since must be restored by its own means.");
    }

    private static bool IsCurrent(RevisionHistory history, Revision target) => history.Current?.Number == target.Number;
}
