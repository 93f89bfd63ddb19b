using McpRollout.Cluster;
using McpRollout.Rollouts;

namespace McpRollout.Tools;

/// <summary><c>k8s_rollout_history</c>.</summary>
internal sealed class HistoryTool(IClusterReader cluster, WorkloadReader workloads, ClusterAdvice advice) : ITool
{
    /// <inheritdoc/>
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var workload = call.Arguments.Workload();
        var identity = await cluster.IdentifyAsync(cancellationToken).ConfigureAwait(false);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(workload, identity.Failure, cancellationToken).ConfigureAwait(false);

        var history = await workloads.ReadHistoryAsync(workload, Freshness.Cached, cancellationToken).ConfigureAwait(false);
        if (!history.Succeeded)
            return await advice.RefuseAsync(workload, history.Failure, cancellationToken).ConfigureAwait(false);

        var number = call.Arguments.NumberOrNull("revision");
        var inFull = number is { } wanted ? history.Value.Find(wanted) : null;
        if (number is not null && inFull is null)
            return ToolAnswer.Refused($"{workload} has no revision {number}. Its revisions: {Numbers(history.Value)}.");

        var view = HistoryView.Of(identity.Value, history.Value, (int)call.Arguments.Number("limit"), inFull);
        return ToolAnswer.Of(view, ToolJson.Default.HistoryView, HistoryText.Of(view));
    }

    private static string Numbers(RevisionHistory history) =>
        history.Revisions.Count == 0 ? "none" : NumberList.Of(history.Revisions.Select(revision => revision.Number));
}
