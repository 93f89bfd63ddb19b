using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary><c>k8s_rollout_history</c>.</summary>
internal sealed class HistoryTool(
    IClusterReader cluster,
    WorkloadReader workloads,
    WorkloadContextReader surroundings,
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

        // The embedded store reads on this thread: the cluster is asked first.
        var reading = workloads.ReadHistoryWithPodsAsync(workload, Freshness.Cached, cancellationToken);
        var remembering = undos.EarlierAsync(identity.Value, workload, cancellationToken);
        var looking = surroundings.ReadSurroundingsAsync(workload, cancellationToken);
        await Task.WhenAll(reading, remembering, looking);
        var (history, remembered) = (await reading, await remembering);
        if (!history.Succeeded)
            return await advice.RefuseAsync(workload, history.Failure, cancellationToken);

        await undos.SeeAsync(history.Value, remembered, cancellationToken);
        var number = call.Arguments.NumberOrNull("revision");
        var inFull = number is { } wanted ? history.Value.Find(wanted) : null;
        if (number is not null && inFull is null)
            return ToolAnswer.Refused($"{workload} has no revision {number}. Its revisions: {Numbers(history.Value)}.");

        var told = ToldTemplates.Choose(history.Value, (int)call.Arguments.Number("limit"), inFull);

        // What needs only the history is put together while the rest is read.
        var surrounding = told.Count == 0
            ? null
            : surroundings.ReadForHistoryAsync(history.Value, told, await looking, cancellationToken);
        var evidence = HistoryEvidence.Of(history.Value, remembered ?? [], time.GetUtcNow());
        var templates = ToldTemplates.Of(history.Value, told, inFull);
        var facts = surrounding is null ? null : await surrounding;
        var view = HistoryView.Of(identity.Value, templates, evidence.With(facts?.Images), remembered is not null, facts);
        return ToolAnswer.Of(view, ToolJson.Default.HistoryView, HistoryText.Of(view));
    }

    private static string Numbers(RevisionHistory history) =>
        history.Revisions.Count == 0 ? "none" : NumberList.Of(history.Revisions.Select(revision => revision.Number));
}
