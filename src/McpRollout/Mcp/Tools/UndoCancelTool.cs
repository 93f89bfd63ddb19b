using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_undo_cancel</c>. Cancelling twice is cancelling once.</summary>
internal sealed class UndoCancelTool(ApprovalBroker broker, RequestAnswer answer) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.Text("request_id");

        // Looks at the clock first: a request whose time is over is expired, not cancelled.
        if (await broker.FindAsync(id, cancellationToken) is not { } found)
            return RequestAnswer.Unknown(id);
        if ((call.Requester.IsByToken || call.Given.From is not null) && found.Requester.User != call.Requester.User)
            return ToolAnswer.Refused($"{id} was asked for by {VisibleText.Of(found.Requester.User, 300)}, and only that side "
                + "takes it back. A person can deny it: tell the user.");
        if (found.WayHome is not null)
            return ToolAnswer.Refused($"{id} was asked for on the approval page, and no agent takes it back. A person can deny it: tell "
                + "the user.");
        var request = await broker.CancelAsync(id, call.Requester, call.Arguments.Text("reason"), cancellationToken);
        if (request is null)
            return RequestAnswer.Unknown(id);
        return request.State == RequestState.Cancelled
            ? await answer.OfAsync(request, call.Requester, cancellationToken)
            : ToolAnswer.Refused($"It is too late to cancel {id}: it is {request.State.ToName()}. {answer.NextStepOf(request)}");
    }
}
