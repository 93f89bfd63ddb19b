using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Undo;

/// <summary>
/// The pods that a StatefulSet which goes in order waits for even after an undo: not ready, and not of the revision that it is to have. It
/// replaces a pod only once all are ready, so that these are made again from the good revision only after somebody has deleted them.
/// https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback. Seen on v1.20.2 also for a pod that was left
/// from a revision before the current one.
/// </summary>
internal static class StuckPods
{
    private const int NamesListed = 8;

    /// <summary>Those of a workload, by ascending ordinal.</summary>
    /// <param name="history">The workload with its pods.</param>
    /// <param name="wanted">The <see cref="Revision.PodLabel"/> of the revision that the pods are to have.</param>
    public static IReadOnlyList<JsonElement> In(RevisionHistory history, string? wanted) =>
        [.. InOrder(history).Where(each => IsStuck(history.Workload, each.Ordinal, each.Pod, wanted)).Select(each => each.Pod)];

    /// <summary>
    /// The stuck pod that the controller waits for now; null if it waits for another, or for none. It goes through them from the lowest
    /// ordinal up and stops at the first that is not ready or is being made or deleted, so that deleting any other would take one more pod
    /// away and bring none back.
    /// </summary>
    public static JsonElement? Awaited(RevisionHistory history, string? wanted)
    {
        var next = First(history.Workload);
        foreach (var (ordinal, pod) in InOrder(history))
        {
            if (ordinal != next++)
                return null;
            if (!pod.IsReady() || pod.IsTerminating())
                return IsStuck(history.Workload, ordinal, pod, wanted) ? pod : null;
        }

        return null;
    }

    /// <summary>What a person types to delete them.</summary>
    public static string Command(string @namespace, IReadOnlyList<string> names) =>
        $"kubectl -n {@namespace} delete pod {string.Join(' ', names.Take(NamesListed))}";

    // Below the partition a pod would be made again from the revision it has; one that has failed for good the controller deletes itself.
    private static bool IsStuck(Workload workload, long ordinal, JsonElement pod, string? wanted) =>
        wanted is not null && !workload.IsOnDelete && ordinal >= First(workload) + workload.Partition
        && pod.RevisionLabel() != wanted && !pod.IsReady() && !pod.IsTerminating() && !pod.HasFailed();

    private static IEnumerable<(long Ordinal, JsonElement Pod)> InOrder(RevisionHistory history)
    {
        var workload = history.Workload;
        if (!workload.IsOrdered)
            return [];
        var (first, end) = (First(workload), First(workload) + workload.DesiredReplicas);
        return history.Pods
            .Select(pod => (Ordinal: OrdinalOf(pod) ?? -1, Pod: pod))
            .Where(each => each.Ordinal >= first && each.Ordinal < end)
            .OrderBy(each => each.Ordinal);
    }

    // spec.ordinals.start, since Kubernetes 1.27.
    private static long First(Workload workload) => workload.Raw.NumberAt("spec", "ordinals", "start") ?? 0;

    private static long? OrdinalOf(JsonElement pod)
    {
        var name = PodRef.Of(pod).Name;
        return long.TryParse(name.AsSpan(name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal
            : null;
    }
}
