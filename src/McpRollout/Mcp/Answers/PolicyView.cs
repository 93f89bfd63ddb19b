using System.Text.Json.Serialization;

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
    /// <summary>For how long at most the way back may be approved too; absent where it may not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WayHomeSeconds { get; init; }

    public static PolicyView Of(ApprovalEvaluation evaluation) => new(
        [.. evaluation.Terms.Select(terms => terms.Rule).Distinct()],
        [.. evaluation.Terms.Select(PolicyText.Who).Distinct()],
        evaluation.Terms.All(terms => terms.RequesterMayApprove),
        evaluation.NeedsComment,
        evaluation.BreakGlassGroups,
        evaluation.Freezes)
    {
        WayHomeSeconds = (int?)evaluation.WayHomeOffer?.TotalSeconds,
    };
}
