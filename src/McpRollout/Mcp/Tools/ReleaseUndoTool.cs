using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_undo</c> of a release of Helm: it is not carried out here, and a person is handed the command.</summary>
internal sealed class ReleaseUndoTool(
    IClusterReader cluster, ReleaseReader releases, ReleaseCommands commands, ReleaseAdvice advice, TimeProvider time) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var release = call.Arguments.Release();
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(release, identity.Failure, cancellationToken);
        var history = await releases.ReadCurrentAsync(release, cancellationToken);
        if (!history.Succeeded)
            return await advice.RefuseAsync(release, history.Failure, cancellationToken);

        var (from, to) = (call.Arguments.Number("current_revision"), call.Arguments.Number("to_revision"));
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
        string[] said =
        [
            "This server does not roll releases of Helm back: hand the user this command, to be run against cluster "
                + $"{VisibleText.Quoted(VisibleText.Of(identity.Name, 80))} by a person who may: "
                + $"{commands.Rollback(history.Release, target.Number)} (nobody was asked; k8s_rollout_status then tells how it goes).",
            .. history.Earlier.Contains(target) ? Array.Empty<string>()
                : [$"Helm calls revision {target.Number} {target.Status.ToName()}: it may never have been in force as a whole."],
            .. ReleaseFindings.For(history, [], commands, time.GetUtcNow()).Select(finding => finding.Message),
        ];
        return string.Join(' ', said);
    }
}
