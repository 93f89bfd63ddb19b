using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_undo</c> of a release of Helm: asks, as for a workload. Where helm cannot be run, a person is handed the
/// command.</summary>
internal sealed class ReleaseUndoTool(
    IClusterReader cluster,
    ReleaseReader releases,
    ReleaseCommands commands,
    ReleaseAdvice advice,
    RequestWait wait,
    RequestAnswer answer,
    TimeProvider time,
    ReleaseIntake? intake = null) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (arguments, release) = (call.Arguments, call.Arguments.Release());
        if (arguments.IsTrue("pin_images") || arguments.IsTrue("pause_owner") || arguments.IsTrue("resume_owner"))
            return ToolAnswer.Refused(
                "pin_images, pause_owner and resume_owner are for workloads: a release goes back as Helm keeps it. Ask without them.");
        var (from, to) = (arguments.Number("current_revision"), arguments.Number("to_revision"));
        if (intake is null || !commands.IsInstalled())
            return await HandAsync(release, from, to, cancellationToken);

        var ask = new IntakeInput(arguments.Workload(), to, from, arguments.Text("reason"), call.Requester);
        var asked = await intake.AskAsync(ask, cancellationToken);
        if (asked.Request is not { } request)
        {
            return asked.Refusal is IntakeRefusal.NoSuchWorkload
                ? await advice.RefuseAsync(release, new(ClusterFailureKind.NotFound, ""), cancellationToken)
                : ToolAnswer.Refused($"{RefusalText.Of(asked.Refusal!)} (code: {asked.Refusal!.Code})");
        }

        return await answer.OfAsync(await wait.AfterAskingAsync(request, call, cancellationToken), call.Requester, cancellationToken);
    }

    private async Task<ToolAnswer> HandAsync(ReleaseRef release, long from, long to, CancellationToken cancellationToken)
    {
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(release, identity.Failure, cancellationToken);
        var history = await releases.ReadCurrentAsync(release, cancellationToken);
        if (!history.Succeeded)
            return await advice.RefuseAsync(release, history.Failure, cancellationToken);

        var current = history.Value.Current.Number;
        if (from != current)
            return ToolAnswer.Refused($"current_revision {from} is no longer current: {release} is at revision {current} now. Read "
                + "k8s_rollout_history again and decide anew.");
        if (to == current)
            return ToolAnswer.Refused($"Revision {to} is the current revision of {release}. Choose an earlier one: "
                + $"{NumberList.Of(history.Value.Revisions.Skip(1).Select(each => each.Number))}.");
        return history.Value.Find(to) is { } target
            ? ToolAnswer.Refused(Handed(identity.Value, history.Value, target))
            : ReleaseAdvice.NoSuchRevision(history.Value, to);
    }

    private string Handed(ClusterIdentity identity, ReleaseHistory history, ReleaseRevision target)
    {
        var why = intake is null
            ? "This server does not roll releases of Helm back"
            : $"{commands.Program} is not installed beside this server";
        string[] said =
        [
            $"{why}: hand the user this command, to be run against cluster "
                + $"{VisibleText.Quoted(VisibleText.Of(identity.Name, 80))} by a person who may: "
                + $"{commands.Rollback(history.Release, target.Number)} (nobody was asked; k8s_rollout_status then tells how it goes).",
            .. ReleaseFindings.For(history, [], commands, time.GetUtcNow(), target).Select(finding => finding.Message),
        ];
        return string.Join(' ', said);
    }
}
