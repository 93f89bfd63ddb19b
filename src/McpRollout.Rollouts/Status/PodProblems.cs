using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Status;

/// <summary>Finds in pods and ReplicaSets what holds a rollout up.</summary>
internal static class PodProblems
{
    // The time to end is over when a pod that does not end by itself is killed: until the node has said so, and clocks that differ.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    public const int DefaultLimit = 20;

    private const int MessageLength = 240;

    // Migrations and downloads of less than that are part of many a good start.
    private static readonly TimeSpan Slow = TimeSpan.FromMinutes(1);

    // What kubelet warns of and goes on, and the StatefulSet controller while it mends.
    private static readonly string[] HoldsNothingUp =
        ["DNSConfigForming", "FailedToRetrieveImagePullSecret", "RecreatingFailedPod", "RecreatingTerminatedPod"];

    /// <summary>
    /// The problems of pods, those of the newest pod first. Pods that are being deleted or have finished are passed over, and those that
    /// failed as a whole (an eviction, a node's shutdown): their controller has replaced them.
    /// </summary>
    /// <param name="pods">Pods, whoever owns them.</param>
    /// <param name="revisionLabel">Only pods of the revision with this <see cref="History.Revision.PodLabel"/>; null for all.</param>
    /// <param name="limit">How many at most.</param>
    public static IReadOnlyList<PodProblem> In(
        IEnumerable<JsonElement> pods, string? revisionLabel = null, int limit = DefaultLimit) =>
        pods.Where(pod => !pod.IsTerminating() && !pod.HasFailed() && pod.TextAt("status", "phase") != "Succeeded")
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
            .Where(set => revisionLabel is null || set.RevisionLabel() == revisionLabel)
            .OrderByDescending(set => set.MomentAt("metadata", "creationTimestamp"))
            .Select(set => (Set: set, Failure: set.Condition("ReplicaFailure")))
            .Where(candidate => candidate.Failure?.TextAt("status") == "True")
            .Select(failed => Problem(
                failed.Set, null, failed.Failure?.TextAt("reason") ?? "ReplicaFailure",
                failed.Failure is { } failure ? Said(failure, "message") : null))
            .Take(DefaultLimit)
            .ToList();

    private static IEnumerable<PodProblem> In(JsonElement pod)
    {
        if (pod.Condition("PodScheduled") is { } scheduled && scheduled.TextAt("status") == "False")
            return [Problem(pod, null, scheduled.TextAt("reason") ?? "Unschedulable", Said(scheduled, "message"))];

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
                ? Problem(pod, container, reason, Join(Said(waiting, "message"), LastEnd(container)))
                : null;
        }

        if (container.At("state", "terminated") is { } ended)
            return ended.CountAt("exitCode") != 0 ? Problem(pod, container, ended.TextAt("reason") ?? "Error", End(ended)) : null;
        if (container.At("state", "running") is not { } running)
            return null;
        if (isInit && !IsSidecar(pod, container.TextAt("name")))
            return null;
        if (isInit ? container.IsTrueAt("started") : container.IsTrueAt("ready"))
            return null;

        var (reasonHeldUp, message) = container.At("started") is { ValueKind: JsonValueKind.False }
            ? ("NotStarted", $"running{Since(running)}, but its startup probe has not succeeded")
            : ("NotReady", "running, but not ready: its readiness probe has not succeeded");
        return Problem(pod, container, reasonHeldUp, Join(message, LastEnd(container)));
    }

    private static IEnumerable<PodProblem> SlowInits(JsonElement pod, DateTimeOffset now) =>
        pod.ItemsAt("status", "initContainerStatuses")
            .Where(container => container.MomentAt("state", "running", "startedAt") < now - Slow
                && !IsSidecar(pod, container.TextAt("name")))
            .Select(container => Problem(pod, container, "InitContainerRunning",
                $"running{Since(container.At("state", "running")!.Value)}; the other containers wait for it to end") with
            {
                LooksTerminal = true,
            });

    // Restarts always, so that the others wait only for its start: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/.
    private static bool IsSidecar(JsonElement pod, string? name) => pod.ItemsAt("spec", "initContainers")
        .Any(container => container.TextAt("name") == name && container.TextAt("restartPolicy") == "Always");

    private static string Since(JsonElement running) =>
        running.MomentAt("startedAt") is { } started ? $" since {TimeText.ToTheSecond(started)}" : "";

    // Every container is ready and the pod is not: a readiness gate (spec.readinessGates) is not met.
    private static PodProblem? UnmetGate(JsonElement pod) =>
        pod.Condition("Ready") is { } ready && ready.TextAt("status") == "False" && ready.TextAt("reason") == "ReadinessGatesNotReady"
            ? Problem(pod, null, "ReadinessGatesNotReady", Said(ready, "message"))
            : null;

    // The words of a stranger, to which ours are joined.
    private static string? Said(JsonElement element, params ReadOnlySpan<string> path) =>
        element.TextAt(path) is { } said ? SecretText.Mask(said.Trim()) : null;

    private static string? LastEnd(JsonElement container) =>
        container.At("lastState", "terminated") is { } ended ? $"last ended: {ended.TextAt("reason") ?? "Error"}, {End(ended)}" : null;

    private static string End(JsonElement ended) => Join($"exit code {ended.CountAt("exitCode")}", Said(ended, "message"))!;

    private static string? Join(string? first, string? second) =>
        string.IsNullOrWhiteSpace(first) ? second : string.IsNullOrWhiteSpace(second) ? first : $"{first}; {second}";

    /// <summary>
    /// What only Events tell of pods that are not ready and say nothing themselves, such as a volume that cannot be mounted; what they tell
    /// of the workload, such as pods that cannot be made; init containers that take their time; and pods that should be gone.
    /// </summary>
    /// <param name="pods">The workload's pods.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="events">Warnings about pods and workloads of the namespace.</param>
    /// <param name="started">Between when and when the current revision began, as far as it is known: an Event about the workload outlives
    /// the revision that it was about.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<PodProblem> ToldByOthers(
        IReadOnlyList<JsonElement> pods,
        Workload workload,
        IReadOnlyList<JsonElement> events,
        (DateTimeOffset? Earliest, DateTimeOffset? Latest) started,
        DateTimeOffset now)
    {
        var latest = events.Where(each => !HoldsNothingUp.Contains(each.TextAt("reason")))
            .OrderByDescending(WarningEvent.LastSeenOf).ToLookup(each => each.TextAt("involvedObject", "uid"));
        return
        [
            .. latest[workload.Uid].Take(1).Where(told => !(WarningEvent.LastSeenOf(told) < started.Earliest)).Select(OfWorkload),
            .. pods.Where(pod => !pod.IsTerminating() && !pod.IsReady() && pod.TextAt("status", "phase") == "Pending" && !In(pod).Any())
                .SelectMany(pod => latest[pod.TextAt("metadata", "uid")].Take(1).Select(told => Told(pod, told, isLasting: true))),
            .. pods.Where(pod => !pod.IsTerminating()).SelectMany(pod => SlowInits(pod, now)),
            .. pods.Where(pod => pod.MomentAt("metadata", "deletionTimestamp") + Slack < now).Select(pod => Overdue(pod, workload)),
        ];

        // A pod that was made since shows that pods can be made again.
        PodProblem OfWorkload(JsonElement told) => WarningEvent.LastSeenOf(told) is var seen && seen >= started.Latest
            && !(seen < pods.Max(pod => pod.MomentAt("metadata", "creationTimestamp")))
                ? Told(workload.Raw, told, isLasting: true)
                : Told(workload.Raw, told, isLasting: false, SeenAt(seen));
    }

    private static PodProblem Told(JsonElement owner, JsonElement told, bool isLasting, string? seen = null) =>
        Problem(owner, null, told.TextAt("reason") ?? "Warning", Join(seen, Said(told, "message"))) with { LooksTerminal = isLasting };

    private static string SeenAt(DateTimeOffset? seen) =>
        seen is { } at ? $"last seen {TimeText.ToTheSecond(at)}, perhaps overcome since" : "when it was seen is not known";

    private static PodProblem Overdue(JsonElement pod, Workload workload)
    {
        var since = TimeText.ToTheSecond(pod.MomentAt("metadata", "deletionTimestamp")!.Value);
        return Problem(pod, null, PodProblem.Terminating, $"it should have been gone since {since}: its node does not say that it is") with
        {
            LooksTerminal = workload.WaitsForOldPods,
        };
    }

    private static PodProblem Problem(JsonElement owner, JsonElement? container, string reason, string? message) => new(
        owner.TextAt("metadata", "name") ?? "",
        container?.TextAt("name"),
        VisibleText.Of(reason, MessageLength),
        message is null ? null : VisibleText.EndsOf(message.Trim(), MessageLength),
        container?.CountAt("restartCount") ?? 0,
        owner.RevisionLabel());
}
