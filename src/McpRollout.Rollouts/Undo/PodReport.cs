using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Undo;

/// <summary>What the pods of a workload say after an undo, beyond how many are ready.</summary>
/// <param name="Revisions">Its pods by revision, the newest first.</param>
/// <param name="Restarts">How often the containers of the current revision's pods were restarted.</param>
/// <param name="Warnings">Warning Events about its pods since the undo, the latest first; null where they could not be read.</param>
/// <param name="Advice">What can be done where an image cannot be pulled; null where none is missing.</param>
internal sealed record PodReport(
    IReadOnlyList<PodsOfRevision> Revisions, int Restarts, IReadOnlyList<WarningEvent>? Warnings, string? Advice)
{
    /// <summary>Makes the report.</summary>
    /// <param name="snapshot">The rollout now.</param>
    /// <param name="events">The namespace's Events about pods; null where they could not be read.</param>
    /// <param name="since">When the undo was applied.</param>
    public static PodReport Of(RolloutSnapshot snapshot, IReadOnlyList<JsonElement>? events, DateTimeOffset since)
    {
        var pods = snapshot.History.Pods.Where(pod => !pod.IsTerminating()).ToList();
        var current = snapshot.History.Current;
        var warnings = events is null ? null : WarningEvent.About(pods, events, since);
        return new PodReport(
            [.. ByRevision(snapshot.History, pods.Where(pod => !pod.HasFailed()))],
            pods.Where(pod => current is not null && pod.RevisionLabel() == current.PodLabel).Sum(RestartsOf),
            warnings,
            current is null ? null : ImageAdvice.For(current, snapshot.CurrentProblems, warnings ?? []));
    }

    private static IEnumerable<PodsOfRevision> ByRevision(RevisionHistory history, IEnumerable<JsonElement> pods) => pods
        .GroupBy(pod => history.Revisions
            .FirstOrDefault(revision => revision.PodLabel is { } label && label == pod.RevisionLabel())?.Number)
        .Select(group => new PodsOfRevision(group.Key, group.Count(), group.Count(PodFacts.IsReady)))
        .OrderByDescending(group => group.Revision ?? 0);

    /// <summary>How often the containers of a pod were restarted.</summary>
    public static int RestartsOf(JsonElement pod) =>
        pod.ItemsAt("status", "containerStatuses").Concat(pod.ItemsAt("status", "initContainerStatuses"))
            .Sum(container => container.CountAt("restartCount"));
}

/// <summary>The pods of one revision.</summary>
/// <param name="Revision">Its number; null for pods of a revision that the cluster no longer has.</param>
/// <param name="Pods">How many there are, without those that are being deleted, and those that failed as a whole and are replaced.</param>
/// <param name="Ready">How many of them are ready.</param>
internal sealed record PodsOfRevision(long? Revision, int Pods, int Ready);
