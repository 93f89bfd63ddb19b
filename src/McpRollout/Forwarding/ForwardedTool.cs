using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Tools;

namespace McpRollout.Forwarding;

/// <summary>A tool of the approving side: an agent's side alone only takes the call there, with the uid of the workload that it
/// means.</summary>
internal sealed class ForwardedTool(ApprovingSide approving, WorkloadReader workloads, ClusterAdvice advice) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        string? uid = null;
        if (call.Arguments.NamesWorkload)
        {
            var workload = call.Arguments.Workload();
            var seen = await workloads.ReadWorkloadAsync(workload, Freshness.Latest, cancellationToken);
            if (!seen.Succeeded)
                return await advice.RefuseAsync(workload, seen.Failure, cancellationToken);
            uid = seen.Value.Uid;
        }

        return await approving.CallAsync(
            call.Tool, new ForwardedCall(call.Requester.Client, uid, new(call.Given.Arguments)), call.Progress, cancellationToken);
    }
}
