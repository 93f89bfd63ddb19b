namespace McpRollout.Rollouts.Findings;

/// <summary>What stands against going back to one revision, as far as a history tells it. Pure.</summary>
internal static class RevisionFindings
{
    private static readonly Func<UndoFacts, Finding?>[] Checks =
    [
        facts => RolloutFindings.AmbiguousRevision(facts.History, facts.Target),
        facts => RolloutFindings.StuckPodsOf(facts.History, facts.Target),
        facts => ArgoRolloutChecks.StepsAgain(facts.History, facts.Target),
        ReferenceChecks.MissingReference, ReferenceChecks.MissingKey, ReferenceChecks.ChangedSince,
        ImageChecks.ImageMoved, HealthChecks.ImageNotPullable, HealthChecks.TargetWasFailing,
    ];

    /// <summary>The findings about the target, the gravest first; none about the current revision, to which nobody goes back.</summary>
    public static IReadOnlyList<Finding> For(UndoFacts facts) =>
        facts.Target == facts.History.Current ? [] : [.. Checks.Select(check => check(facts)).OfType<Finding>()];
}
