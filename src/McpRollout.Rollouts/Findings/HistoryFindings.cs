using McpRollout.Rollouts.History;

namespace McpRollout.Rollouts.Findings;

/// <summary>What is worth knowing before a revision is chosen. Each check is pure.</summary>
internal static class HistoryFindings
{
    /// <summary>The findings, the gravest first.</summary>
    public static IReadOnlyList<Finding> For(RevisionHistory history, bool areUndosKnown) =>
    [
        .. new[] { RolloutFindings.Paused(history), RolloutFindings.NotSettled(history), NothingEarlier(history) }.OfType<Finding>(),
        .. NotRead(history, areUndosKnown),
    ];

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
