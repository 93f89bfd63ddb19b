using Xunit.v3;

namespace McpRollout.Tests.Cases;

/// <summary>What every build must survive; docs/reliability.md has them in words.</summary>
public enum Hazard
{
    LinkPreviewChangesNothing = 1,
    AgentCannotDecide = 2,
    RequesterCannotApproveWhereForbidden = 3,
    ForgedAnswerIsNoApproval = 4,
    ReplayedDecisionIsRefused = 5,
    CrossSiteDecisionIsRefused = 6,
    GuessingIsSlowedLockedAndRecorded = 7,
    EachPersonCountsOnce = 8,
    CrowdHasOneOutcome = 9,
    MovedWorkloadIsStale = 10,
    KilledAnywhereLosesNothing = 11,
    LostAnswerIsFoundOut = 12,
    NoAuditNoWrite = 13,
    ForgedAuditIsNamed = 14,
    HostileTextAndFloodsAreHarmless = 15,
}

/// <summary>Says of which of the fifteen cases a test is the proof.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ProvesAttribute(Hazard which) : Attribute, ITraitAttribute
{
    /// <summary>The case.</summary>
    public Hazard Which => which;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Case", which.ToString())];
}
