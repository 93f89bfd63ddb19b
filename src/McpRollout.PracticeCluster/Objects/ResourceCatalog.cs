namespace McpRollout.PracticeCluster.Objects;

/// <summary>Everything the practice cluster serves: what rollouts touch, and what a manifest around them usually holds.</summary>
internal static class ResourceCatalog
{
    public static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace", false, "ns") { HasStatus = true };
    public static readonly ResourceType Nodes = new("", "v1", "nodes", "Node", false, "no") { HasStatus = true };
    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod", true, "po") { HasStatus = true, InAll = true };
    public static readonly ResourceType Events = new("", "v1", "events", "Event", true, "ev");
    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap", true, "cm");
    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret", true);
    public static readonly ResourceType Services = new("", "v1", "services", "Service", true, "svc") { HasStatus = true, InAll = true };
    public static readonly ResourceType ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount", true, "sa");
    public static readonly ResourceType PersistentVolumeClaims =
        new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, "pvc") { HasStatus = true };
    public static readonly ResourceType ResourceQuotas =
        new("", "v1", "resourcequotas", "ResourceQuota", true, "quota") { HasStatus = true };

    public static readonly ResourceType Deployments =
        new("apps", "v1", "deployments", "Deployment", true, "deploy") { HasStatus = true, HasScale = true, InAll = true };
    public static readonly ResourceType ReplicaSets =
        new("apps", "v1", "replicasets", "ReplicaSet", true, "rs") { HasStatus = true, HasScale = true, InAll = true };
    public static readonly ResourceType StatefulSets =
        new("apps", "v1", "statefulsets", "StatefulSet", true, "sts") { HasStatus = true, HasScale = true, InAll = true };
    public static readonly ResourceType DaemonSets =
        new("apps", "v1", "daemonsets", "DaemonSet", true, "ds") { HasStatus = true, InAll = true };
    public static readonly ResourceType ControllerRevisions = new("apps", "v1", "controllerrevisions", "ControllerRevision", true);

    public static readonly ResourceType HorizontalPodAutoscalers =
        new("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true, "hpa") { HasStatus = true };
    public static readonly ResourceType PodDisruptionBudgets =
        new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, "pdb") { HasStatus = true };

    public static readonly ResourceType PriorityClasses = new("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false, "pc");

    public static readonly ResourceType Applications =
        new("argoproj.io", "v1alpha1", "applications", "Application", true, "app", "apps");
    public static readonly ResourceType Rollouts =
        new("argoproj.io", "v1alpha1", "rollouts", "Rollout", true, "ro") { HasStatus = true, HasScale = true };
    public static readonly ResourceType Kustomizations =
        new("kustomize.toolkit.fluxcd.io", "v1", "kustomizations", "Kustomization", true, "ks") { HasStatus = true };
    public static readonly ResourceType HelmReleases =
        new("helm.toolkit.fluxcd.io", "v2", "helmreleases", "HelmRelease", true, "hr") { HasStatus = true };
    public static readonly ResourceType GitRepositories =
        new("source.toolkit.fluxcd.io", "v1", "gitrepositories", "GitRepository", true, "gitrepo") { HasStatus = true };

    public static readonly ResourceType Roles = new("rbac.authorization.k8s.io", "v1", "roles", "Role", true);
    public static readonly ResourceType RoleBindings = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true);
    public static readonly ResourceType ClusterRoles = new("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false);
    public static readonly ResourceType ClusterRoleBindings =
        new("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false);

    public static readonly IReadOnlyList<ResourceType> All =
    [
        Namespaces, Nodes, Pods, Events, ConfigMaps, Secrets, Services, ServiceAccounts, PersistentVolumeClaims, ResourceQuotas,
        Deployments, ReplicaSets, StatefulSets, DaemonSets, ControllerRevisions,
        HorizontalPodAutoscalers, PodDisruptionBudgets, PriorityClasses,
        Applications, Rollouts, Kustomizations, HelmReleases, GitRepositories,
        Roles, RoleBindings, ClusterRoles, ClusterRoleBindings,
    ];

    public static ResourceType? Find(string group, string version, string plural) =>
        All.FirstOrDefault(type => type.Group == group && type.Version == version && type.Plural == plural);

    /// <summary>The kinds that a real cluster serves by a CustomResourceDefinition.</summary>
    public static bool IsCustom(ResourceType type) =>
        type == Applications || type == Rollouts || type == Kustomizations || type == HelmReleases || type == GitRepositories;

    /// <summary>The kinds whose spec holds a pod template and a selector.</summary>
    public static bool HasPodTemplate(ResourceType type) =>
        type == Deployments || type == ReplicaSets || type == StatefulSets || type == DaemonSets;
}
