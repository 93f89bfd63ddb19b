using McpRollout.Broker;

namespace McpRollout.Tools;

/// <summary><c>k8s_rollout_undo_cancel</c>. Cancelling twice is cancelling once.</summary>
internal sealed class UndoCancelTool(ApprovalBroker broker, RequestAnswer answer) : ITool
{
    /// <inheritdoc/>
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.Text("request_id");

        // Looks at the clock first: a request whose time is over is expired, not cancelled.
        await broker.FindAsync(id, cancellationToken).ConfigureAwait(false);
        var request = await broker.CancelAsync(id, call.Requester, call.Arguments.Text("reason"), cancellationToken).ConfigureAwait(false);
        if (request is null)
            return RequestAnswer.Unknown(id);
        return request.State == RequestState.Cancelled
            ? await answer.OfAsync(request, cancellationToken).ConfigureAwait(false)
            : ToolAnswer.Refused($"It is too late to cancel {id}: it is {request.State.ToName()}. {answer.NextStepOf(request)}");
    }
}
