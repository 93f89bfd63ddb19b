using McpRollout.Mcp.Answers;
using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>A request as JSON for people's programs: everything that a decision needs to name, and what it takes to decide.</summary>
internal static class RequestDocument
{
    /// <summary>Makes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">The workload now; null where it was not read.</param>
    /// <param name="evaluation">The request before its terms; null once no decision is waited for.</param>
    /// <param name="url">Where its page is; null if no page of ours is known to answer.</param>
    public static RequestView Of(UndoRequest request, WorkloadHealth? now, ApprovalEvaluation? evaluation, string? url)
    {
        var findings = FindingNews.With(request.Findings, now?.NewsOf(request) ?? []);
        return RequestView.Of(request, url, evaluation, NextSteps.For(request, url, evaluation)) with
        {
            Policy = evaluation is null ? null : PolicyView.Of(evaluation),
            Plan = request.Plan.Digest,
            Requester = request.Requester,
            Server = request.Plan.Server,
            Health = now?.ToView(),
            Findings = findings,
            FindingsDigest = evaluation is null ? null : FindingNews.Digest(findings),
        };
    }
}
