using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_status</c>.</summary>
internal sealed class StatusTool(
    IClusterReader cluster,
    WorkloadReader workloads,
    OwnerReader owners,
    RolloutWait wait,
    IUndoMemory undos,
    ClusterAdvice advice,
    TimeProvider time) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var workload = call.Arguments.Workload();
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(workload, identity.Failure, cancellationToken);

        var snapshot = await wait.UntilSettledAsync(workload, call.Arguments.Seconds("wait_seconds"), call.Progress, cancellationToken);
        if (!snapshot.Succeeded)
            return await advice.RefuseAsync(workload, snapshot.Failure, cancellationToken);

        var pausing = owners.PausedAsync(snapshot.Value.Workload, cancellationToken);
        var explained = await workloads.ExplainAsync(snapshot.Value, time.GetUtcNow(), cancellationToken);
        var open = await undos.OpenAsync(identity.Value, workload, cancellationToken);
        var view = StatusView.Of(identity.Value, explained, open.WorkloadUid == snapshot.Value.Workload.Uid ? open.View : null)
            with
        {
            PausedOwner = PausedOwnerView.Of(await pausing, time.GetUtcNow()),
        };
        return ToolAnswer.Of(view, ToolJson.Default.StatusView, StatusText.Of(view, open.IsKnown));
    }
}
