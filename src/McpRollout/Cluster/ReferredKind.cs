namespace McpRollout.Cluster;

/// <summary>What a pod template refers to by name. Only metadata is ever read of it.</summary>
internal enum ReferredKind
{
    /// <summary>v1.</summary>
    ConfigMap,

    /// <summary>v1.</summary>
    Secret,

    /// <summary>v1.</summary>
    PersistentVolumeClaim,

    /// <summary>v1.</summary>
    ServiceAccount,

    /// <summary>scheduling.k8s.io/v1, of no namespace.</summary>
    PriorityClass,
}
