using McpRollout.Broker;
using McpRollout.Rollouts;
using Microsoft.Extensions.Options;

namespace McpRollout.Tools;

/// <summary>What the three undo tools answer about a request: one shape for all.</summary>
internal sealed class RequestAnswer(IOptions<ApprovalOptions> approvals, TimeProvider time)
{
    /// <summary>There is no request of that id.</summary>
    public static ToolAnswer Unknown(string id) => ToolAnswer.Refused(
        $"There is no request \"{VisibleText.Of(id, 64)}\". The id is request_id in the answer of k8s_rollout_undo; k8s_rollout_status names a workload's open request in pending_undo.");

    /// <summary>The request as it is.</summary>
    public ToolAnswer Of(UndoRequest request)
    {
        var view = RequestView.Of(request, approvals.Value);
        return ToolAnswer.Of(view, ToolJson.Default.RequestView, RequestText.Of(view, time.GetUtcNow()));
    }

    /// <summary>What the agent should do now.</summary>
    public string NextStepOf(UndoRequest request) => NextSteps.For(request, approvals.Value.UrlOf(request.Id));
}
