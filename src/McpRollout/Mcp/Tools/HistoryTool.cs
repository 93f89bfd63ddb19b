using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_history</c>.</summary>
internal sealed class HistoryTool(
    IClusterReader cluster, WorkloadReader workloads, IUndoMemory undos, ClusterAdvice advice, TimeProvider time) : ITool
{
    public async Task<ToolAnswer> AnswerAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var workload = call.Arguments.Workload();
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return await advice.RefuseAsync(workload, identity.Failure, cancellationToken);

        // The embedded store reads on this thread: the cluster is asked first.
        var reading = workloads.ReadHistoryWithPodsAsync(workload, Freshness.Cached, cancellationToken);
        var remembering = undos.EarlierAsync(identity.Value, workload, cancellationToken);
        await Task.WhenAll(reading, remembering);
        var (history, remembered) = (await reading, await remembering);
        if (!history.Succeeded)
            return await advice.RefuseAsync(workload, history.Failure, cancellationToken);

        await undos.SeeAsync(history.Value, remembered, cancellationToken);
        var number = call.Arguments.NumberOrNull("revision");
        var inFull = number is { } wanted ? history.Value.Find(wanted) : null;
        if (number is not null && inFull is null)
            return ToolAnswer.Refused($"{workload} has no revision {number}. Its revisions: {Numbers(history.Value)}.");

        var evidence = HistoryEvidence.Of(history.Value, remembered ?? [], time.GetUtcNow());
        var view = HistoryView.Of(identity.Value, evidence, (int)call.Arguments.Number("limit"), inFull, remembered is not null);
        return ToolAnswer.Of(view, ToolJson.Default.HistoryView, HistoryText.Of(view));
    }

    private static string Numbers(RevisionHistory history) =>
        history.Revisions.Count == 0 ? "none" : NumberList.Of(history.Revisions.Select(revision => revision.Number));
}
