namespace McpRollout.Rollouts.Objects;

/// <summary>What a pod template refers to by name. Only metadata is ever read of it.</summary>
internal enum ReferencedKind
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
internal static class ReferencedKinds
{
    /// <summary>The name in API paths and in rules of RBAC.</summary>
    public static string ToPlural(this ReferencedKind kind) =>
        $"{kind.ToString().ToLowerInvariant()}{(kind == ReferencedKind.PriorityClass ? "es" : "s")}";
}
