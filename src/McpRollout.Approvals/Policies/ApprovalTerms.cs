using System.Text.Json.Serialization;
using McpRollout.Approvals.Approvers;

namespace McpRollout.Approvals.Policies;

/// <summary>What a rule asks for, as <see cref="TermsOptions"/> says it: all that it takes to judge a request by it, then or later, here or
/// in another process.</summary>
internal sealed record ApprovalTerms
{
    public required string Rule { get; init; }
    public bool Deny { get; init; }

    /// <summary>Who may approve by name.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Who may approve by group. No names and no groups: every enrolled approver.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public required int RequiredApprovals { get; init; }
    public required bool RequesterMayApprove { get; init; }
    public bool CommentRequired { get; init; }

    /// <summary>Whether only decisions that a passkey signed are taken.</summary>
    public bool PasskeyRequired { get; init; }
    public required TimeSpan RequestLifetime { get; init; }
    public required TimeSpan ExecutionLifetime { get; init; }
    public string? BreakGlassGroup { get; init; }
    public IReadOnlyList<Freeze> Freezes { get; init; } = [];

    /// <summary>For how long at most the way back may be approved along with an undo; null: not at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? WayHomePreApproval { get; init; }

    /// <summary>Whether every enrolled approver is one.</summary>
    [JsonIgnore]
    public bool AdmitsEveryone => Names.Count == 0 && Groups.Count == 0;

    /// <summary>Whether this person is among those who may approve.</summary>
    public bool Admits(Approver approver) =>
        AdmitsEveryone || Names.Contains(approver.Name, StringComparer.OrdinalIgnoreCase) || Groups.Any(group => IsIn(approver, group));

    /// <summary>Whether this person may approve alone.</summary>
    public bool MayBreakGlass(Approver approver) => BreakGlassGroup is not null && IsIn(approver, BreakGlassGroup);

    /// <summary>Whether this person is the one on whose behalf the agent asks, and may therefore not approve.</summary>
    public bool Bars(Approver approver, string requester) =>
        !RequesterMayApprove && string.Equals(approver.Name, requester, StringComparison.OrdinalIgnoreCase);

    /// <summary>The freezes that are in force.</summary>
    public IEnumerable<FreezeInForce> InForce(DateTimeOffset now) =>
        from freeze in Freezes
        let end = freeze.EndIfInForce(now)
        where end is not null
        select new FreezeInForce(Rule, freeze.Name, end.Value, freeze.ExceptGroup, freeze.TimeZone);

    public static bool IsIn(Approver approver, string group) => approver.Groups.Contains(group, StringComparer.OrdinalIgnoreCase);
}
