using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Tools;

namespace McpRollout.Forwarding;

/// <summary>The approving side's <c>k8s_rollout_undo</c>: an agent's side alone only takes the call there, with the uid of the workload
/// that it means, and with what it calls the cluster.</summary>
internal sealed class ForwardedUndo(
    ApprovingSide approving, IClusterReader cluster, WorkloadReader workloads, ClusterAdvice advice) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var workload = call.Arguments.Workload();
        var seen = await workloads.ReadWorkloadAsync(workload, Freshness.Latest, cancellationToken);
        if (!seen.Succeeded)
            return await advice.RefuseAsync(workload, seen.Failure, cancellationToken);
        var identity = await cluster.IdentifyAsync(cancellationToken);
        var arguments = call.Given.Arguments.Where(argument => argument.Key != "cluster").ToDictionary();
        return await approving.CallAsync(
            call.Tool,
            new ForwardedCall(call.Requester.Client, seen.Value.Uid, arguments, identity.Value?.Name) { OpensPage = call.Given.OpensPage },
            call.Progress,
            cancellationToken);
    }
}

/// <summary>A tool of the approving side that is about a request, which only it knows.</summary>
internal sealed class ForwardedTool(ApprovingSide approving) : ITool
{
    public Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken) => approving.CallAsync(
        call.Tool,
        new ForwardedCall(call.Requester.Client, null, new(call.Given.Arguments)) { TellsAll = call.Given.TellsAll },
        call.Progress,
        cancellationToken);
}
