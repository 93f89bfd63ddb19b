using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Controllers.Pods;

/// <summary>
/// Has those look again that could not go on without something else: a real cluster's controllers and kubelets try again and again.
/// </summary>
internal sealed class RequeueController(ObjectStore store, WorkQueue queue) : IController
{
    public WorkKind Kind => WorkKind.Requeue;

    public void Reconcile(string @namespace, string name)
    {
        var scope = @namespace.Length == 0 ? null : @namespace;
        foreach (var pod in store.List(ResourceCatalog.Pods, scope).Where(PodStatus.IsWaiting))
            queue.Add(new(WorkKind.Pod, pod.Namespace(), pod.Name()));
        foreach (var set in store.List(ResourceCatalog.ReplicaSets, scope)
            .Where(set => set.Status().Condition("ReplicaFailure") is not null))
            queue.Add(new(WorkKind.ReplicaSet, set.Namespace(), set.Name()));
        foreach (var set in store.List(ResourceCatalog.StatefulSets, scope))
            queue.Add(new(WorkKind.StatefulSet, set.Namespace(), set.Name()));
        foreach (var set in store.List(ResourceCatalog.DaemonSets, scope)) queue.Add(new(WorkKind.DaemonSet, set.Namespace(), set.Name()));
    }
}
