namespace McpRollout.Broker.Policies;

/// <summary>The terms of a request that waits for a decision, as the page's JSON tells of them.</summary>
internal sealed record PolicyView(
    IReadOnlyList<string> Rules,
    IReadOnlyList<string> Approvers,
    bool RequesterMayApprove,
    bool CommentRequired,
    IReadOnlyList<string> BreakGlassGroups,
    IReadOnlyList<FreezeInForce> Freezes)
{
    /// <summary>What a case shows.</summary>
    public static PolicyView Of(ApprovalCase @case) => new(
        [.. @case.Terms.Select(terms => terms.Rule).Distinct()],
        [.. @case.Terms.Select(PolicyText.Who).Distinct()],
        @case.Terms.All(terms => terms.RequesterMayApprove),
        @case.NeedsComment,
        @case.BreakGlassGroups,
        @case.Freezes);
}
