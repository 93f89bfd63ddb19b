using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_undo_status</c>.</summary>
internal sealed class UndoStatusTool(RequestWait wait, RequestAnswer answer) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.Text("request_id");
        var request = await wait.UntilFinishedAsync(
            id, call.Requester, call.Arguments.Seconds("wait_seconds"), call.Progress, cancellationToken);
        return request is null ? RequestAnswer.Unknown(id)
            : call.Given.TellsAll ? await answer.OfAsync(request, call.Requester, cancellationToken)
            : await answer.NewsOfAsync(request, call.Requester, cancellationToken);
    }
}
