using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Status;

/// <summary>Finds in pods and ReplicaSets what holds a rollout up.</summary>
internal static class PodProblems
{
    public const int DefaultLimit = 20;

    private const int MessageLength = 240;

    /// <summary>The problems of pods, those of the newest pod first. Pods that are being deleted or have finished are passed
    /// over.</summary>
    /// <param name="pods">Pods, whoever owns them.</param>
    /// <param name="revisionLabel">Only pods of the revision with this <see cref="History.Revision.PodLabel"/>; null for all.</param>
    /// <param name="limit">How many at most.</param>
    public static IReadOnlyList<PodProblem> In(
        IEnumerable<JsonElement> pods, string? revisionLabel = null, int limit = DefaultLimit) =>
        pods.Where(pod => !pod.IsTerminating() && pod.TextAt("status", "phase") != "Succeeded")
            .Where(pod => revisionLabel is null || pod.RevisionLabel() == revisionLabel)
            .OrderByDescending(pod => pod.MomentAt("metadata", "creationTimestamp"))
            .ThenBy(pod => pod.TextAt("metadata", "name"), StringComparer.Ordinal)
            .SelectMany(In)
            .Take(limit)
            .ToList();

    /// <summary>
    /// ReplicaSets that could not make their pods (quota, admission): condition <c>ReplicaFailure</c> of
    /// <c>pkg/controller/replicaset/replica_set_utils.go</c>.
    /// </summary>
    public static IReadOnlyList<PodProblem> InReplicaSets(IEnumerable<JsonElement> replicaSets, string? revisionLabel = null) =>
        replicaSets
            .Where(set => revisionLabel is null || set.TextAt("metadata", "labels", PodTemplate.HashLabel) == revisionLabel)
            .OrderByDescending(set => set.MomentAt("metadata", "creationTimestamp"))
            .Select(set => (Set: set, Failure: set.Condition("ReplicaFailure")))
            .Where(candidate => candidate.Failure?.TextAt("status") == "True")
            .Select(failed => Problem(
                failed.Set, null, failed.Failure?.TextAt("reason") ?? "ReplicaFailure", failed.Failure?.TextAt("message")))
            .Take(DefaultLimit)
            .ToList();

    private static IEnumerable<PodProblem> In(JsonElement pod)
    {
        if (pod.TextAt("status", "phase") == "Failed" && pod.TextAt("status", "reason") is { } failed)
            return [Problem(pod, null, failed, pod.TextAt("status", "message"))];
        if (pod.Condition("PodScheduled") is { } scheduled && scheduled.TextAt("status") == "False")
            return [Problem(pod, null, scheduled.TextAt("reason") ?? "Unschedulable", scheduled.TextAt("message"))];

        List<PodProblem> problems =
        [
            .. pod.ItemsAt("status", "initContainerStatuses").Select(each => InContainer(pod, each, isInit: true)).OfType<PodProblem>(),
            .. pod.ItemsAt("status", "containerStatuses").Select(each => InContainer(pod, each, isInit: false)).OfType<PodProblem>(),
        ];
        return problems.Count == 0 && UnmetGate(pod) is { } gate ? [gate] : problems;
    }

    private static PodProblem? InContainer(JsonElement pod, JsonElement container, bool isInit)
    {
        if (container.At("state", "waiting") is { } waiting)
        {
            return waiting.TextAt("reason") is { } reason and not ("ContainerCreating" or "PodInitializing")
                ? Problem(pod, container, reason, Join(waiting.TextAt("message"), LastEnd(container)))
                : null;
        }

        if (container.At("state", "terminated") is { } ended)
            return ended.CountAt("exitCode") != 0 ? Problem(pod, container, ended.TextAt("reason") ?? "Error", End(ended)) : null;
        if (isInit || container.IsTrueAt("ready") || container.At("state", "running") is null)
            return null;

        var (reasonHeldUp, message) = container.At("started") is { ValueKind: JsonValueKind.False }
            ? ("NotStarted", "running, but its startup probe has not succeeded")
            : ("NotReady", "running, but not ready: its readiness probe has not succeeded");
        return Problem(pod, container, reasonHeldUp, Join(message, LastEnd(container)));
    }

    // Every container is ready and the pod is not: a readiness gate (spec.readinessGates) is not met.
    private static PodProblem? UnmetGate(JsonElement pod) =>
        pod.Condition("Ready") is { } ready && ready.TextAt("status") == "False" && ready.TextAt("reason") == "ReadinessGatesNotReady"
            ? Problem(pod, null, "ReadinessGatesNotReady", ready.TextAt("message"))
            : null;

    private static string? LastEnd(JsonElement container) =>
        container.At("lastState", "terminated") is { } ended ? $"last ended: {ended.TextAt("reason") ?? "Error"}, {End(ended)}" : null;

    private static string End(JsonElement ended) => Join($"exit code {ended.CountAt("exitCode")}", ended.TextAt("message"))!;

    private static string? Join(string? first, string? second) =>
        string.IsNullOrWhiteSpace(first) ? second : string.IsNullOrWhiteSpace(second) ? first : $"{first}; {second}";

    private static PodProblem Problem(JsonElement owner, JsonElement? container, string reason, string? message) => new(
        owner.TextAt("metadata", "name") ?? "",
        container?.TextAt("name"),
        VisibleText.Of(reason, MessageLength),
        message is null ? null : VisibleText.EndsOf(SecretText.Mask(message.Trim()), MessageLength),
        container?.CountAt("restartCount") ?? 0,
        owner.RevisionLabel());
}
