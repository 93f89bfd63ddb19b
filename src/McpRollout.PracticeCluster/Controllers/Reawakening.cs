using McpRollout.PracticeCluster.Controllers.Pods;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Controllers;

/// <summary>
/// Has those look again that could not go on without something else: a real cluster's controllers and kubelets try again and again.
/// </summary>
internal sealed class Reawakening(ObjectStore store, WorkQueue queue) : IController
{
    public WorkKind Kind => WorkKind.Reawakening;

    /// <summary>Whether somebody may have waited for it.</summary>
    public static bool IsAwaited(ResourceType type) =>
        type == ResourceCatalog.ConfigMaps || type == ResourceCatalog.Secrets || type == ResourceCatalog.PersistentVolumeClaims
        || type == ResourceCatalog.ServiceAccounts || type == ResourceCatalog.ResourceQuotas || type == ResourceCatalog.PriorityClasses;

    public void Reconcile(string @namespace, string name)
    {
        var scope = @namespace.Length == 0 ? null : @namespace;
        foreach (var pod in store.List(ResourceCatalog.Pods, scope).Where(PodStatus.IsWaiting)) queue.Add(new(WorkKind.Pod, pod.Namespace(), pod.Name()));
        foreach (var set in store.List(ResourceCatalog.ReplicaSets, scope).Where(set => ReplicaSetController.Failure(set) is not null)) queue.Add(new(WorkKind.ReplicaSet, set.Namespace(), set.Name()));
        foreach (var set in store.List(ResourceCatalog.StatefulSets, scope)) queue.Add(new(WorkKind.StatefulSet, set.Namespace(), set.Name()));
        foreach (var set in store.List(ResourceCatalog.DaemonSets, scope)) queue.Add(new(WorkKind.DaemonSet, set.Namespace(), set.Name()));
    }
}
