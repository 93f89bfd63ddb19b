namespace McpRollout.Rollouts.Findings;

/// <summary>What is looked for in a release of Helm only.</summary>
internal static class HelmFindingKinds
{
    public static readonly FindingKind ReleasePending = new(FindingSeverity.Informs, "release-pending",
        "Helm has not finished",
        "`helm_release` only: the release is `pending-install`, `pending-upgrade` or `pending-rollback`. Helm upgrades no such release; a "
            + "rollback is the way out.");
}
