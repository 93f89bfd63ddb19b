using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Findings;

/// <summary>What is worth knowing before a revision is chosen. Each check is pure.</summary>
internal static class HistoryFindings
{
    /// <summary>The findings, the gravest first.</summary>
    public static IReadOnlyList<Finding> For(RevisionHistory history)
    {
        Finding?[] found = [Paused(history), NotSettled(history), NothingEarlier(history)];
        return [.. found.OfType<Finding>().OrderBy(finding => finding.Severity)];
    }

    /// <summary>What could not be looked at.</summary>
    public static IEnumerable<Finding> NotRead(RevisionHistory history, bool areUndosKnown)
    {
        if (!history.ArePodsKnown)
        {
            yield return new(
                FindingSeverity.Informs,
                "pods-not-read",
                "The pods could not be read, so it is not known which of them fail, and why. k8s_rollout_status says why they could not.");
        }

        if (!areUndosKnown)
            yield return new(FindingSeverity.Informs, "undos-not-read", "The server's own record of earlier undos could not be read.");
    }

    private static Finding? Paused(RevisionHistory history) => history.Workload.Paused
        ? new(
            FindingSeverity.Blocks,
            "paused",
            $"{history.Workload.Ref} is paused: {(FieldWriter.Of(history.Workload.Raw, "spec", "paused") is { } holder ? $"{holder} holds" : "somebody holds")} its rollouts, and an undo would not be rolled out. Lifting the hold is a person's decision; ask the user.")
        : null;

    private static Finding? NotSettled(RevisionHistory history) => history.IsSettled
        ? null
        : new(
            FindingSeverity.Blocks,
            "not-settled",
            "The controller has not yet made a revision of the latest change, so the numbers are about to change. Read the history again in a few seconds.");

    private static Finding? NothingEarlier(RevisionHistory history) => history.IsSettled && history.Revisions.Count == 1
        ? new(
            FindingSeverity.Blocks,
            "nothing-earlier",
            "There is no earlier revision to go back to: older ones were pruned (revisionHistoryLimit), or there never was one.")
        : null;
}
