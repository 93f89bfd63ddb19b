using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Pods;

/// <summary>What the kubelet says of a pod (k8s.io/kubernetes/pkg/kubelet/status).</summary>
internal static class PodStatus
{
    /// <summary>Whether the pod would come along if what it refers to came.</summary>
    public static bool IsWaiting(JsonObject pod) =>
        pod.Status().Condition("PodScheduled").Text("status") == "False"
            || WaitingReasons(pod).Any(reason => reason is "CreateContainerConfigError" or "ContainerCreating" or "PodInitializing");

    public static JsonObject Of(JsonObject pod, IReadOnlyList<ContainerOutcome> init, IReadOnlyList<ContainerOutcome> main, string now)
    {
        var (initialized, ready) = (init.All(container => container.IsWell), main.All(container => container.IsWell));
        var status = new JsonObject
        {
            ["phase"] = init.Concat(main).Any(container => container.Reason is not null && container.Kind != ContainerOutcomeKind.Crashes)
                ? "Pending"
                : "Running",
            ["conditions"] = new JsonArray(
                Change(pod, "Initialized", initialized, now, "ContainersNotInitialized",
                    $"containers with incomplete status: {Names(init)}"),
                Change(pod, "Ready", ready, now, "ContainersNotReady", $"containers with unready status: {Names(main)}"),
                Change(pod, "ContainersReady", ready, now, "ContainersNotReady", $"containers with unready status: {Names(main)}"),
                Change(pod, "PodScheduled", true, now)),
            ["podIP"] = "10.1.0.1",
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = "10.1.0.1" }),
            ["startTime"] = now,
            ["containerStatuses"] = new JsonArray([.. main.Select(container => Container(pod, container, now))]),
            ["qosClass"] = "BestEffort",
        };
        if (init.Count > 0) status["initContainerStatuses"] = new JsonArray([.. init.Select(container => Container(pod, container, now))]);
        return status;
    }

    public static JsonObject Unschedulable(JsonObject pod, string message, string now) => new()
    {
        ["phase"] = "Pending",
        ["conditions"] = new JsonArray(Change(pod, "PodScheduled", false, now, "Unschedulable", message)),
        ["qosClass"] = "BestEffort",
    };

    /// <summary>Why its containers wait, each with its message: what a status must differ in to be worth writing.</summary>
    public static IEnumerable<string?> Waiting(JsonObject pod) =>
        Statuses(pod).Select(status => status.Object("state").Object("waiting"))
            .Select(waiting => waiting is null ? null : $"{waiting.Text("reason")}: {waiting.Text("message")}");

    private static IEnumerable<string?> WaitingReasons(JsonObject pod) =>
        Statuses(pod).Select(status => status.Object("state").Object("waiting").Text("reason"));

    private static IEnumerable<JsonObject> Statuses(JsonObject pod) =>
        pod.Status().Objects("initContainerStatuses").Concat(pod.Status().Objects("containerStatuses"));

    private static JsonObject Change(JsonObject pod, string type, bool holds, string now, string reason = "", string message = "")
    {
        var status = holds ? "True" : "False";
        var before = pod.Status().Condition(type);
        var since = before.Text("status") == status ? before.Text("lastTransitionTime") : now;
        var condition = new JsonObject { ["type"] = type, ["status"] = status, ["lastProbeTime"] = null, ["lastTransitionTime"] = since };
        if (holds) return condition;
        condition["reason"] = reason;
        condition["message"] = message;
        return condition;
    }

    private static JsonObject Container(JsonObject pod, ContainerOutcome container, string now)
    {
        var crashes = container.Kind == ContainerOutcomeKind.Crashes;
        return new()
        {
            ["name"] = container.Name,
            ["state"] = State(container, now),
            ["lastState"] = crashes ? Terminated("Error", 1, now) : new JsonObject(),
            ["ready"] = container.IsWell,
            ["restartCount"] = crashes ? 3 : 0,
            ["image"] = container.Image,
            ["imageID"] = container.ImageId(pod),
            ["started"] = container.Kind is ContainerOutcomeKind.Runs or ContainerOutcomeKind.Unready,
        };
    }

    private static JsonObject State(ContainerOutcome container, string now)
    {
        if (container.Kind == ContainerOutcomeKind.Done) return Terminated("Completed", 0, now);
        if (container.Reason is null) return new() { ["running"] = new JsonObject { ["startedAt"] = now } };
        var waiting = new JsonObject { ["reason"] = container.Reason };
        if (container.Message is not null) waiting["message"] = container.Message;
        return new() { ["waiting"] = waiting };
    }

    private static JsonObject Terminated(string reason, int exitCode, string now) => new()
    {
        ["terminated"] = new JsonObject { ["exitCode"] = exitCode, ["reason"] = reason, ["startedAt"] = now, ["finishedAt"] = now },
    };

    private static string Names(IEnumerable<ContainerOutcome> containers) =>
        $"[{string.Join(' ', containers.Where(container => !container.IsWell).Select(container => container.Name))}]";
}
