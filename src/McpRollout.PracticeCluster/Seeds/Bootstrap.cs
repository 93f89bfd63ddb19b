using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Controllers;
using McpRollout.PracticeCluster.Controllers.Pods;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds;

/// <summary>
/// What every cluster has: the usual namespaces, a node, the built-in roles that people bind, and the priorities of the system's own
/// pods.
/// </summary>
internal static class Bootstrap
{
    private static readonly WriteOptions Installer = new("practice-cluster");

    private static readonly TimeSpan ClusterAge = TimeSpan.FromDays(90);

    public static void Apply(AdmittedStore store, ControllerLoop controllers)
    {
        store.Clock.Play(store.Clock.Host.GetUtcNow() - ClusterAge);
        foreach (var name in new[] { "default", "kube-system" }) Create(store, ResourceCatalog.Namespaces, name);
        Create(store, ResourceCatalog.Nodes, PracticeNode());
        Create(store, ResourceCatalog.ClusterRoles, Role("cluster-admin", "*", "*", "*"));
        Create(store, ResourceCatalog.ClusterRoles, Role("view", "get list watch", " apps autoscaling policy",
            "pods pods/log events configmaps persistentvolumeclaims resourcequotas services serviceaccounts namespaces "
            + "deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale daemonsets "
            + "controllerrevisions horizontalpodautoscalers poddisruptionbudgets"));
        Create(store, ResourceCatalog.PriorityClasses, Priority("system-cluster-critical", 2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."));
        Create(store, ResourceCatalog.PriorityClasses, Priority("system-node-critical", 2_000_001_000,
            "Used for system critical pods that must not be moved from their current node."));
        controllers.Drain();
        store.Clock.Live();
    }

    private static void Create(AdmittedStore store, ResourceType type, string name) => Create(store, type, Named(type, name));

    private static void Create(AdmittedStore store, ResourceType type, JsonObject value) => store.Create(type, "", value, Installer);

    private static JsonObject PracticeNode()
    {
        var node = Named(ResourceCatalog.Nodes, PodController.NodeName);
        node.Metadata()["labels"] = new JsonObject { ["kubernetes.io/hostname"] = PodController.NodeName, ["kubernetes.io/os"] = "linux" };
        node["spec"] = new JsonObject();
        return node;
    }

    private static JsonObject Named(ResourceType type, string name) =>
        new() { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = new JsonObject { ["name"] = name } };

    private static JsonObject Priority(string name, int value, string description)
    {
        var priority = Named(ResourceCatalog.PriorityClasses, name);
        (priority["value"], priority["description"]) = (value, description);
        return priority;
    }

    private static JsonObject Role(string name, string verbs, string groups, string resources)
    {
        static JsonArray Words(string text) => new([.. text.Split(' ').Select(word => (JsonNode)word)]);
        var role = Named(ResourceCatalog.ClusterRoles, name);
        var rule = new JsonObject { ["apiGroups"] = Words(groups), ["resources"] = Words(resources), ["verbs"] = Words(verbs) };
        role["rules"] = new JsonArray(rule);
        return role;
    }
}
