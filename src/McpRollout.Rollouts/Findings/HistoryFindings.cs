using McpRollout.Rollouts.History;

namespace McpRollout.Rollouts.Findings;

/// <summary>What is worth knowing before a revision is chosen. Each check is pure.</summary>
internal static class HistoryFindings
{
    private static readonly Func<UndoFacts, Finding?>[] Checks =
    [
        facts => RolloutFindings.Paused(facts.History), facts => RolloutFindings.NotSettled(facts.History),
        facts => RolloutFindings.BeingDeleted(facts.History), facts => NothingEarlier(facts.History),
        facts => ArgoRolloutChecks.TemplateElsewhere(facts.History), facts => ArgoRolloutChecks.AbortInstead(facts.History),
        OwnerChecks.ManagedBy, OwnerChecks.OwnerPaused,
        facts => RolloutFindings.OnDelete(facts.History), facts => RolloutFindings.Partition(facts.History),
        OwnerChecks.Autoscaler, facts => OldPodsServe(facts.History),
    ];

    /// <summary>The findings about the workload, the gravest first.</summary>
    /// <param name="facts">What was read; of whichever revision.</param>
    /// <param name="areUndosKnown">Whether the server's own record could be read.</param>
    public static IReadOnlyList<Finding> For(UndoFacts facts, bool areUndosKnown) =>
    [
        .. Checks.Select(check => check(facts)).OfType<Finding>(), .. NotRead(facts.History, areUndosKnown), .. NotChecked.In(facts),
    ];

    /// <summary>Before the controller has made a revision there is none to go back to.</summary>
    public static IReadOnlyList<Finding> WithoutRevisions(RevisionHistory history, bool areUndosKnown) =>
    [
        .. new[] { RolloutFindings.Paused(history), RolloutFindings.NotSettled(history), RolloutFindings.BeingDeleted(history) }
            .OfType<Finding>(),
        .. NotRead(history, areUndosKnown),
    ];

    private static Finding? OldPodsServe(RevisionHistory history) =>
        ServingPods.Sentence(history) is { } serving ? FindingKinds.OldPodsServe.Of(serving) : null;

    private static Finding? NothingEarlier(RevisionHistory history) => history.IsSettled && history.Revisions.Count == 1
        ? FindingKinds.NothingEarlier.Of(
            "There is no earlier revision to go back to: older ones were pruned (revisionHistoryLimit), or there never was one.")
        : null;

    private static IEnumerable<Finding> NotRead(RevisionHistory history, bool areUndosKnown)
    {
        if (!history.ArePodsKnown)
            yield return FindingKinds.PodsNotRead.Of("The pods could not be read, so it is not known which of them fail, and why.");
        if (!areUndosKnown)
            yield return FindingKinds.UndosNotRead.Of("The server's own record of earlier undos could not be read.");
    }
}
