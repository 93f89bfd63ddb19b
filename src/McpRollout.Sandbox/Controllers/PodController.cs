using System.Text.Json.Nodes;
using McpRollout.Sandbox.Admission;
using McpRollout.Sandbox.Objects;

namespace McpRollout.Sandbox.Controllers;

/// <summary>
/// Scheduler and kubelet in one. The image decides how a pod turns out: <c>missing</c> in it ends in ImagePullBackOff,
/// <c>crash</c> in CrashLoopBackOff, <c>slow</c> takes its time, any other is ready soon.
/// </summary>
internal sealed class PodController(AdmittedStore store, WorkQueue queue, EventRecorder events, PracticeClusterOptions options) : IController
{
    public const string NodeName = "practice-node";

    // Creation times have whole seconds, which is too coarse to start pods by.
    private readonly Dictionary<string, DateTimeOffset> _firstSeen = [];

    public WorkKind Kind => WorkKind.Pod;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.Pods, @namespace, name) is not { } pod || pod.Status().Array("containerStatuses") is not null) return;
        if (pod.Spec().Text("nodeName") is null) pod = Bind(pod);
        if (_firstSeen.TryAdd(pod.Uid(), store.Clock.Now)) queue.AddAt(new(WorkKind.Pod, @namespace, name), store.Clock.Now + StartupTime(pod));
        if (_firstSeen[pod.Uid()] + StartupTime(pod) > store.Clock.Now) return;
        _firstSeen.Remove(pod.Uid());
        Report(pod);
    }

    private TimeSpan StartupTime(JsonObject pod) => Containers(pod).Any(container => Image(container).Contains("slow", StringComparison.Ordinal))
        ? options.SlowPodStartupTime
        : options.PodStartupTime;

    private JsonObject Bind(JsonObject pod) => store.Update(ResourceCatalog.Pods, pod.Namespace(), pod.Name(), value =>
    {
        value.Ensure("spec")["nodeName"] = NodeName;
        return value;
    }, new("kube-scheduler"));

    private void Report(JsonObject pod)
    {
        store.Update(ResourceCatalog.Pods, pod.Namespace(), pod.Name(), value =>
        {
            value["status"] = StatusOf(value);
            return value;
        }, WriteIntent.KubeletStatus);
        foreach (var container in Containers(pod))
        {
            if (Fault(container) is not { } fault) continue;
            if (fault == "ImagePullBackOff") events.Warning(ResourceCatalog.Pods, pod, "kubelet", "Failed", $"Failed to pull image \"{Image(container)}\": not found");
            events.Warning(ResourceCatalog.Pods, pod, "kubelet", "BackOff", fault == "ImagePullBackOff"
                ? $"Back-off pulling image \"{Image(container)}\""
                : $"Back-off restarting failed container {container.Text("name")} in pod {pod.Name()}");
        }
    }

    private JsonObject StatusOf(JsonObject pod)
    {
        var now = store.Clock.Stamp();
        var healthy = Containers(pod).All(container => Fault(container) is null);
        JsonObject Condition(string type, bool holds)
        {
            var condition = new JsonObject { ["type"] = type, ["status"] = holds ? "True" : "False", ["lastProbeTime"] = null, ["lastTransitionTime"] = now };
            if (!holds)
            {
                condition["reason"] = "ContainersNotReady";
                condition["message"] = $"containers with unready status: [{string.Join(' ', Containers(pod).Where(container => Fault(container) is not null).Select(container => container.Text("name")))}]";
            }
            return condition;
        }
        return new()
        {
            ["phase"] = healthy ? "Running" : "Pending",
            ["conditions"] = new JsonArray(Condition("Initialized", true), Condition("Ready", healthy), Condition("ContainersReady", healthy), Condition("PodScheduled", true)),
            ["podIP"] = "10.1.0.1",
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = "10.1.0.1" }),
            ["startTime"] = now,
            ["containerStatuses"] = new JsonArray([.. Containers(pod).Select(container => ContainerStatus(container, now))]),
            ["qosClass"] = "BestEffort",
        };
    }

    private static JsonObject ContainerStatus(JsonObject container, string now)
    {
        var fault = Fault(container);
        return new JsonObject
        {
            ["name"] = container.Text("name"),
            ["state"] = fault is null
                ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = now } }
                : new JsonObject { ["waiting"] = new JsonObject { ["reason"] = fault, ["message"] = $"back-off: {Image(container)}" } },
            ["lastState"] = new JsonObject(),
            ["ready"] = fault is null,
            ["restartCount"] = fault == "CrashLoopBackOff" ? 3 : 0,
            ["image"] = Image(container),
            ["imageID"] = "",
            ["started"] = fault is null,
        };
    }

    private static string? Fault(JsonObject container) =>
        Image(container).Contains("missing", StringComparison.Ordinal) ? "ImagePullBackOff"
        : Image(container).Contains("crash", StringComparison.Ordinal) ? "CrashLoopBackOff"
        : null;

    private static IEnumerable<JsonObject> Containers(JsonObject pod) => pod.Spec().Objects("containers");

    private static string Image(JsonObject container) => container.Text("image") ?? "";
}
