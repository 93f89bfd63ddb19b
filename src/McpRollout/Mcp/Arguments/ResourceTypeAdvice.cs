namespace McpRollout.Mcp.Arguments;

/// <summary>Says, for a resource type that cannot be undone or is spelled otherwise, what to ask for instead.</summary>
internal static class ResourceTypeAdvice
{
    /// <summary>The advice for a type, with its plurals and short names; null where nothing is known of it.</summary>
    /// <param name="type">The type that was given.</param>
    /// <param name="servesReleases">Whether releases of Helm can be asked for.</param>
    public static string? For(string type, bool servesReleases = false) => Bare(type) switch
    {
        "deployment" or "deployments" or "deploy" => "use \"deployment\"",
        "statefulset" or "statefulsets" or "sts" => "use \"statefulset\"",
        "daemonset" or "daemonsets" or "ds" => "use \"daemonset\"",
        "rollout" or "rollouts" or "ro" => "use \"rollout\"",
        "replicaset" or "replicasets" or "rs" or "replicationcontroller" or "replicationcontrollers" or "rc" =>
            "a ReplicaSet is one revision of a Deployment and has none of its own; ask for the Deployment that owns it, with resource_type "
                + "\"deployment\"",
        "pod" or "pods" or "po" => "a pod keeps no revisions; ask for the deployment, statefulset or daemonset that owns it",
        "service" or "services" or "svc" =>
            "a Service keeps no revisions and runs nothing; ask for the deployment, statefulset or daemonset behind it",
        "job" or "jobs" or "cronjob" or "cronjobs" or "cj" =>
            "jobs keep no revisions and cannot be undone; tell the user that the earlier manifest must be applied again",
        "configmap" or "configmaps" or "cm" or "secret" or "secrets" =>
            "it keeps no revisions and an undo does not bring it back; tell the user",
        "helm" or "chart" or "release" or "releases" or "helmrelease" or "helmreleases" or "helm-release" or ReleaseRef.TypeName =>
            servesReleases
                ? $"use \"{ReleaseRef.TypeName}\""
                : "releases of Helm are not served here, since that takes reading Secrets; tell the user that Helm:Enabled=true turns them "
                    + "on, or ask for a deployment, statefulset or daemonset of the release",
        _ => null,
    };

    /// <summary>The kind, where its objects lead to a workload by their owners.</summary>
    public static string? OwnedKindOf(string type) => Bare(type) switch
    {
        "rollout" or "rollouts" or "ro" => "use \"rollout\"",
        "replicaset" or "replicasets" or "rs" => "ReplicaSet",
        "pod" or "pods" or "po" => "Pod",
        _ => null,
    };

    // "Deployment", "deployments.apps" and "deployments.v1.apps" are what kubectl and manifests say.
    private static string Bare(string type) => type.Split('.')[0].Trim().ToLowerInvariant();
}
