namespace McpRollout.Rollouts.Findings;

/// <summary>What is worth knowing before a person decides. Each check is pure, and says nothing where nothing is to be said.</summary>
internal static class UndoFindings
{
    private static readonly Func<UndoFacts, Finding?>[] Checks =
    [
        ReferenceChecks.MissingReference, ReferenceChecks.MissingKey, ReferenceChecks.ChangedSince,
        TemplateChecks.MutableTag, TemplateChecks.SameTag, ImageChecks.ImageMoved, OwnerChecks.ManagedBy, OwnerChecks.KeptByApply,
        OwnerChecks.PausesOwner, OwnerChecks.OwnerPaused, OwnerChecks.Revert,
        HealthChecks.CurrentHealthy, RegistryChecks.ImageGone, HealthChecks.ImageNotPullable, HealthChecks.TargetWasFailing,
        TemplateChecks.FarBack, TemplateChecks.Migration, TemplateChecks.RemovedFields,
        CapacityChecks.DisruptionBudget, CapacityChecks.MaxUnavailable, CapacityChecks.Quota,
        OwnerChecks.Autoscaler, RegistryChecks.ImageDenied, RegistryChecks.RegistryUnanswered,
        HealthChecks.NoDeadline, HealthChecks.NoProbes, CapacityChecks.Pace,
    ];

    /// <summary>All findings, the gravest first.</summary>
    public static IReadOnlyList<Finding> For(UndoFacts facts) =>
        FindingKinds.Ordered(RolloutFindings.For(facts.History, facts.Target, facts.DeletesStuckPods)
            .Concat(Checks.Select(check => check(facts)).OfType<Finding>())
            .Concat(NotChecked.In(facts)));
}
