using McpRollout.Broker;
using McpRollout.Cluster;
using Microsoft.Extensions.Options;

namespace McpRollout.Tools;

/// <summary><c>k8s_rollout_status</c>.</summary>
internal sealed class StatusTool(
    IClusterReader cluster, RolloutWait wait, ApprovalBroker broker, ClusterAdvice advice, IOptions<ApprovalOptions> approvals) : ITool
{
    /// <inheritdoc/>
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var workload = call.Arguments.Workload();
        var identity = await cluster.IdentifyAsync(cancellationToken).ConfigureAwait(false);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(workload, identity.Failure, cancellationToken).ConfigureAwait(false);

        var snapshot = await wait.UntilSettledAsync(workload, call.Arguments.Seconds("wait_seconds"), call.Progress, cancellationToken).ConfigureAwait(false);
        if (!snapshot.Succeeded)
            return await advice.RefuseAsync(workload, snapshot.Failure, cancellationToken).ConfigureAwait(false);

        var open = await broker.FindOpenAsync(identity.Value.Server, workload, cancellationToken).ConfigureAwait(false);
        var pending = open is null ? null : new PendingUndoView(open.Id, open.State, open.Plan.ToRevision, approvals.Value.UrlOf(open.Id));
        var view = StatusView.Of(identity.Value, snapshot.Value, pending);
        return ToolAnswer.Of(view, ToolJson.Default.StatusView, StatusText.Of(view));
    }
}
