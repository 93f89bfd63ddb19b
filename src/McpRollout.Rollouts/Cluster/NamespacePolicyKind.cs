namespace McpRollout.Rollouts.Cluster;

/// <summary>What governs the pods of a namespace beside their controllers.</summary>
internal enum NamespacePolicyKind
{
    /// <summary>autoscaling/v1: served by every version, which is enough to know the scaled workload.</summary>
    HorizontalPodAutoscaler,

    /// <summary>policy/v1; policy/v1beta1 before Kubernetes 1.21.</summary>
    PodDisruptionBudget,

    /// <summary>v1.</summary>
    ResourceQuota,
}

/// <summary>How the kinds are spelled.</summary>
internal static class NamespacePolicyKinds
{
    /// <summary>The name in API paths and in rules of RBAC.</summary>
    public static string ToPlural(this NamespacePolicyKind kind) => $"{kind.ToString().ToLowerInvariant()}s";
}
