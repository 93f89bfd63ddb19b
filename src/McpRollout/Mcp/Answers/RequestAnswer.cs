namespace McpRollout.Mcp.Answers;

/// <summary>What the three undo tools answer about a request: one shape for all.</summary>
internal sealed class RequestAnswer(ApprovalBroker broker, IOptions<ApprovalOptions> approvals, PageStatus page, TimeProvider time)
{
    public static ToolAnswer Unknown(string id) => ToolAnswer.Refused(
        $"There is no request \"{VisibleText.Of(id, 64)}\". The id is request_id in the answer of k8s_rollout_undo; k8s_rollout_status "
            + "names a workload's open request in pending_undo.");

    public async Task<ToolAnswer> OfAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var evaluation = await broker.EvaluateAsync(request, cancellationToken);
        var view = RequestView.Of(request, approvals.Value, evaluation) with { NextStep = NextStepOf(request, evaluation) };
        return ToolAnswer.Of(view, ToolJson.Default.RequestView, RequestText.Of(view, time.GetUtcNow()));
    }

    public string NextStepOf(UndoRequest request, ApprovalEvaluation? evaluation = null) =>
        request.State == RequestState.Pending && page.Problem is { } problem
            ? $"{NextSteps.Need(evaluation)}The user cannot decide on the page: {problem} They can at a terminal: 'mcp-rollout approvals "
                + $"approve {request.Id}' (or deny), match code {request.Plan.MatchCode}. Tell them, then call k8s_rollout_undo_status "
                + "with wait_seconds 50."
            : NextSteps.For(request, approvals.Value.UrlOf(request.Id), evaluation);
}
