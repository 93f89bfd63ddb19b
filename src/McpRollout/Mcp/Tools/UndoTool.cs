using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_undo</c>: asks, and waits a little. The request outlives the call.</summary>
internal sealed class UndoTool(
    UndoIntake intake, ResumeIntake resuming, RequestWait wait, RequestAnswer answer, ClusterAdvice advice) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var workload = arguments.Workload();
        if (call.Given.From is { WorkloadUid: null })
            return ToolAnswer.Refused("The agent's side must say which workload it sees: its uid is missing from the forwarded call. Use "
                + "the same version of mcp-rollout on both sides.");
        var ask = new IntakeInput(
            workload,
            arguments.Number("to_revision"),
            arguments.Number("current_revision"),
            arguments.Text("reason"),
            call.Requester,
            call.Given.From?.WorkloadUid,
            arguments.IsTrue("pin_images"))
        {
            PauseOwner = arguments.IsTrue("pause_owner"),
            ResumeOwner = arguments.IsTrue("resume_owner"),
            VerifyFor = arguments.Seconds("verify_seconds"),
        };
        if (ask is { ResumeOwner: true, PauseOwner: true } or { ResumeOwner: true, PinImages: true })
            return ToolAnswer.Refused("resume_owner changes no revision, and goes without pause_owner and pin_images. Ask without them.");
        var asked = await (ask.ResumeOwner ? resuming.AskAsync(ask, cancellationToken) : intake.AskAsync(ask, cancellationToken));
        if (asked.Request is not { } request)
            return ToolAnswer.Refused(await InsteadAsync(asked.Refusal!, cancellationToken));

        return await answer.OfAsync(await wait.AfterAskingAsync(request, call, cancellationToken), call.Requester, cancellationToken);
    }

    private async Task<string> InsteadAsync(IntakeRefusal refusal, CancellationToken cancellationToken)
    {
        var instead = refusal is IntakeRefusal.NoSuchWorkload missing
            ? await advice.WhatExistsAsync(missing.Workload, cancellationToken)
            : RefusalText.Of(refusal);
        return $"{instead} (code: {refusal.Code})";
    }
}
