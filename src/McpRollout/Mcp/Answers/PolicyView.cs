namespace McpRollout.Mcp.Answers;

/// <summary>The terms of a request that waits for a decision, as the page's JSON tells of them.</summary>
internal sealed record PolicyView(
    IReadOnlyList<string> Rules,
    IReadOnlyList<string> Approvers,
    bool RequesterMayApprove,
    bool CommentRequired,
    IReadOnlyList<string> BreakGlassGroups,
    IReadOnlyList<FreezeInForce> Freezes)
{
    public static PolicyView Of(ApprovalEvaluation evaluation) => new(
        [.. evaluation.Terms.Select(terms => terms.Rule).Distinct()],
        [.. evaluation.Terms.Select(PolicyText.Who).Distinct()],
        evaluation.Terms.All(terms => terms.RequesterMayApprove),
        evaluation.NeedsComment,
        evaluation.BreakGlassGroups,
        evaluation.Freezes);
}
