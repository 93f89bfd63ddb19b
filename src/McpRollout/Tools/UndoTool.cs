using McpRollout.Broker;
using McpRollout.Person.Page;
using McpRollout.Rollouts;

namespace McpRollout.Tools;

/// <summary><c>k8s_rollout_undo</c>: asks, and waits a little. The request outlives the call.</summary>
internal sealed class UndoTool(UndoDesk desk, RequestWait wait, RequestAnswer answer, ClusterAdvice advice, PageStatus page, TimeProvider time) : ITool
{
    private static readonly TimeSpan PagePatience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var workload = arguments.Workload();
        if (call.Given.From is { WorkloadUid: null })
            return ToolAnswer.Refused("The agent's side must say which workload it sees: its uid is missing from the forwarded call. Use the same version of mcp-rollout on both sides.");
        var ask = new UndoAsk(
            workload, arguments.Number("to_revision"), arguments.Number("current_revision"), arguments.Text("reason"), call.Requester, call.Given.From?.WorkloadUid);
        var asked = await desk.AskAsync(ask, cancellationToken).ConfigureAwait(false);
        if (asked.Request is not { } request)
            return ToolAnswer.Refused(await InsteadAsync(workload, asked, cancellationToken).ConfigureAwait(false));

        var waited = await wait.UntilFinishedAsync(
            request.Id, arguments.Seconds("wait_seconds"), call.Progress, cancellationToken).ConfigureAwait(false);
        await KnowPageAsync(cancellationToken).ConfigureAwait(false);
        return await answer.OfAsync(waited ?? request, cancellationToken).ConfigureAwait(false);
    }

    // The page starts beside the protocol: a first request may come before it is known who holds its port.
    private async Task KnowPageAsync(CancellationToken cancellationToken)
    {
        try
        {
            await page.WaitForAsync(state => state != PageState.Starting, cancellationToken).WaitAsync(PagePatience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }
    }

    private async Task<string> InsteadAsync(WorkloadRef workload, UndoAnswer refused, CancellationToken cancellationToken)
    {
        var instead = refused.Refusal == UndoRefusalKind.NoSuchWorkload
            ? await advice.WhatExistsAsync(workload, cancellationToken).ConfigureAwait(false)
            : refused.Message;
        return $"{instead} (code: {refused.Code})";
    }
}
