namespace McpRollout.Rollouts.Objects;

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

/// <summary>How the kinds are spelled.</summary>
internal static class ReferredKinds
{
    /// <summary>The name in API paths and in rules of RBAC.</summary>
    public static string ToPlural(this ReferredKind kind) => $"{kind.ToString().ToLowerInvariant()}{(kind == ReferredKind.PriorityClass ? "es" : "s")}";
}
