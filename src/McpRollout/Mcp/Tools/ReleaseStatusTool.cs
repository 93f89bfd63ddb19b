using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_status</c> of a release of Helm: what Helm says of it, and how its workloads' rollouts go.</summary>
internal sealed class ReleaseStatusTool(
    IClusterReader cluster,
    ReleaseReader releases,
    ReleaseWorkloads workloads,
    ReleaseCommands commands,
    ReleaseAdvice advice,
    TimeProvider time) : ITool
{
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(2);

    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var release = call.Arguments.Release();
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(release, identity.Failure, cancellationToken);

        var (started, limit) = (time.GetTimestamp(), call.Arguments.Seconds("wait_seconds"));
        while (true)
        {
            var history = await releases.ReadCurrentAsync(release, cancellationToken);
            if (!history.Succeeded)
                return await advice.RefuseAsync(release, history.Failure, cancellationToken);

            var seen = await workloads.ReadAsync(history.Value, Freshness.Cached, cancellationToken);
            var rollout = ReleaseRollout.Judge(history.Value, [.. seen.Select(each => each.Seen)]);
            var left = limit - time.GetElapsedTime(started);
            if (rollout.State != RolloutState.Progressing || left <= TimeSpan.Zero)
                return Answer(identity.Value, history.Value, rollout, [.. seen.Select(each => each.Rollout).OfType<RolloutSnapshot>()]);
            await call.Progress.ReportAsync(rollout.Message, cancellationToken);
            await Task.Delay(left < RereadAfter ? left : RereadAfter, time, cancellationToken);
        }
    }

    private ToolAnswer Answer(
        ClusterIdentity identity, ReleaseHistory history, ReleaseRollout rollout, IReadOnlyList<RolloutSnapshot> rollouts)
    {
        var findings = ReleaseFindings.For(history, workloads.OwnersOf(rollouts), commands, time.GetUtcNow());
        var view = new StatusView(
            new(ReleaseRef.TypeName, history.Release.Namespace, history.Release.Name, identity.Name),
            history.Current.Number,
            rollout.State,
            string.Join(' ', [rollout.Message, .. findings.Select(finding => finding.Message)]),
            rollout.Replicas,
            [.. rollouts.SelectMany(each => each.Problems)],
            PendingUndo: null);
        return ToolAnswer.Of(view, ToolJson.Default.StatusView, StatusText.Of(view, undosAreKnown: true));
    }
}
