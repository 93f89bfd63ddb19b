using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Pods;

/// <summary>
/// Scheduler and kubelet in one. What a pod refers to must be there; then its images decide how it turns out: <c>missing</c> in one
/// ends in ImagePullBackOff, <c>crash</c> in CrashLoopBackOff, <c>unready</c> never becomes ready, <c>slow</c> takes its time, any
/// other is ready soon.
/// </summary>
internal sealed class PodController(
    AdmittedStore store, WorkQueue queue, EventRecorder events, TimeSpan startupTime, TimeSpan slowStartupTime) : IController
{
    public const string NodeName = "practice-node";

    private readonly PodReferences _references = new(store.Store);
    // Creation times have whole seconds, which is too coarse to start pods by.
    private readonly Dictionary<string, DateTimeOffset> _firstSeen = [];

    public WorkKind Kind => WorkKind.Pod;

    public void Reconcile(string @namespace, string name)
    {
        if (store.Store.Find(ResourceCatalog.Pods, @namespace, name) is not { } pod) return;
        if (pod.Status().Array("containerStatuses") is not null && !(PodStatus.IsWaiting(pod) && HasChanged(pod))) return;
        if (pod.Spec().Text("nodeName") is null)
        {
            if (_references.MissingClaim(pod) is { } missing)
            {
                Refuse(pod, missing);
                return;
            }
            pod = Bind(pod);
        }
        if (_firstSeen.TryAdd(pod.Uid(), store.Clock.Now))
            queue.AddAt(new(WorkKind.Pod, @namespace, name), store.Clock.Now + StartupTime(pod));
        if (_firstSeen[pod.Uid()] + StartupTime(pod) > store.Clock.Now) return;
        _firstSeen.Remove(pod.Uid());
        Report(pod);
    }

    private TimeSpan StartupTime(JsonObject pod) =>
        pod.Spec().Objects("containers").Any(container => (container.Text("image") ?? "").Contains("slow", StringComparison.Ordinal))
        ? slowStartupTime
        : startupTime;

    private void Refuse(JsonObject pod, string missing)
    {
        var message = $"0/1 nodes are available: {missing}. "
            + "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
        if (pod.Status().Condition("PodScheduled").Text("message") == message) return;
        SetStatus(pod, value => PodStatus.Unschedulable(value, message, store.Clock.Stamp()), new("kube-scheduler", "status"));
        events.Warning(ResourceCatalog.Pods, pod, "default-scheduler", "FailedScheduling", message);
    }

    private JsonObject Bind(JsonObject pod) => store.Update(ResourceCatalog.Pods, pod.Namespace(), pod.Name(), value =>
    {
        value.Ensure("spec")["nodeName"] = NodeName;
        return value;
    }, new("kube-scheduler"));

    private void Report(JsonObject pod)
    {
        var (init, main) = Outcomes(pod);
        SetStatus(pod, value => PodStatus.Of(value, init, main, store.Clock.Stamp()), WriteOptions.KubeletStatus);
        foreach (var container in init.Concat(main)) Tell(pod, container);
        if (_references.Unmountable(pod) is var (volume, problem))
            events.Warning(ResourceCatalog.Pods, pod, "kubelet", "FailedMount",
                $"MountVolume.SetUp failed for volume \"{volume}\" : {problem}");
    }

    private void Tell(JsonObject pod, ContainerOutcome container)
    {
        void Warn(string reason, string message) => events.Warning(ResourceCatalog.Pods, pod, "kubelet", reason, message);
        switch (container.Kind)
        {
            case ContainerOutcomeKind.CannotBePulled:
                Warn("Failed", $"Failed to pull image \"{container.Image}\": {ContainerOutcome.PullFailure(container.Image)}");
                Warn("Failed", "Error: ErrImagePull");
                Warn("BackOff", $"Back-off pulling image \"{container.Image}\"");
                Warn("Failed", "Error: ImagePullBackOff");
                break;
            case ContainerOutcomeKind.Crashes:
                Warn("BackOff",
                    $"Back-off restarting failed container {container.Name} in pod {pod.Name()}_{pod.Namespace()}({pod.Uid()})");
                break;
            case ContainerOutcomeKind.LacksConfiguration:
                Warn("Failed", $"Error: {container.Message}");
                break;
            case ContainerOutcomeKind.Unready:
                Warn("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
                break;
        }
    }

    /// <summary>How the containers turn out: init containers one after the other, then the others, if the volumes can be mounted.</summary>
    private (IReadOnlyList<ContainerOutcome> Init, IReadOnlyList<ContainerOutcome> Main) Outcomes(JsonObject pod)
    {
        var held = _references.Unmountable(pod) is not null;
        var hasInit = pod.Spec().Array("initContainers") is { Count: > 0 };
        var init = new List<ContainerOutcome>();
        foreach (var container in pod.Spec().Objects("initContainers"))
        {
            init.Add(held ? new(container, ContainerOutcomeKind.Waits, "PodInitializing") : Of(pod, container, isInit: true));
            held |= !init[^1].IsWell;
        }
        var main = pod.Spec().Objects("containers").Select(container => held
            ? new(container, ContainerOutcomeKind.Waits, hasInit ? "PodInitializing" : "ContainerCreating")
            : Of(pod, container, isInit: false));
        return (init, [.. main]);
    }

    private ContainerOutcome Of(JsonObject pod, JsonObject container, bool isInit)
    {
        // An image is pulled before the container is configured.
        var byImage = ContainerOutcome.Of(pod, container, isInit);
        return byImage.Kind != ContainerOutcomeKind.CannotBePulled && _references.MissingForEnvironment(pod, container) is { } missing
            ? new(container, ContainerOutcomeKind.LacksConfiguration, "CreateContainerConfigError", missing)
            : byImage;
    }

    private bool HasChanged(JsonObject pod)
    {
        var (init, main) = Outcomes(pod);
        return !PodStatus.Waiting(pod).SequenceEqual(init.Concat(main)
            .Select(container => container.Reason is null ? null : $"{container.Reason}: {container.Message}"));
    }

    private void SetStatus(JsonObject pod, Func<JsonObject, JsonObject> status, WriteOptions options) =>
        store.Update(ResourceCatalog.Pods, pod.Namespace(), pod.Name(), value =>
        {
            value["status"] = status(value);
            return value;
        }, options);
}
