using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_history</c> of a release of Helm.</summary>
internal sealed class ReleaseHistoryTool(
    IClusterReader cluster,
    ReleaseReader releases,
    ReleaseWorkloads workloads,
    ReleaseCommands commands,
    ReleaseAdvice advice,
    TimeProvider time) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (release, number) = (call.Arguments.Release(), call.Arguments.NumberOrNull("revision"));
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(release, identity.Failure, cancellationToken);

        var limit = (int)call.Arguments.Number("limit");
        var history = await releases.ReadAsync(release, limit, number, cancellationToken);
        if (!history.Succeeded)
            return await advice.RefuseAsync(release, history.Failure, cancellationToken);

        var inFull = number is { } wanted ? history.Value.Find(wanted) : null;
        if (number is not null && inFull is null)
            return ReleaseAdvice.NoSuchRevision(history.Value, number.Value);
        if (inFull is { Record: null, Problem: var problem })
            return ToolAnswer.Refused($"The record of revision {inFull.Number} of {release} cannot be read: {problem}. Tell the user; "
                + "without revision the others are told.");

        var seen = await workloads.ReadAsync(history.Value, Freshness.Cached, cancellationToken);
        var findings = ReleaseFindings.For(
            history.Value, workloads.OwnersOf(seen.Select(each => each.Rollout)), commands, time.GetUtcNow());
        var view = ReleaseHistoryView.Of(identity.Value, history.Value, limit, inFull, [.. seen.Select(each => each.Seen)], findings);
        return ToolAnswer.Of(view, ToolJson.Default.ReleaseHistoryView, ReleaseHistoryText.Of(view));
    }
}
