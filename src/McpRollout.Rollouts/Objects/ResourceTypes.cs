namespace McpRollout.Rollouts.Objects;

/// <summary>How each <see cref="ResourceType"/> is spelled.</summary>
internal static class ResourceTypes
{
    /// <summary>The name of <see cref="ResourceType.HelmRelease"/>.</summary>
    public const string HelmRelease = "helm_release";

    /// <summary>The kinds of workload.</summary>
    public static readonly IReadOnlyList<ResourceType> Workloads = [.. Enum.GetValues<ResourceType>().Where(IsWorkload)];

    /// <summary>Whether it is an object of the Kubernetes API that runs pods.</summary>
    public static bool IsWorkload(this ResourceType type) => type != ResourceType.HelmRelease;

    /// <summary>The singular lower-case name that tools and audit use.</summary>
    public static string ToName(this ResourceType type) => type.IsWorkload() ? type.ToKind().ToLowerInvariant() : HelmRelease;

    /// <summary>The <c>kind</c> of the Kubernetes API; only of workloads.</summary>
    public static string ToKind(this ResourceType type) => type switch
    {
        ResourceType.Deployment => "Deployment",
        ResourceType.StatefulSet => "StatefulSet",
        ResourceType.DaemonSet => "DaemonSet",
        ResourceType.Rollout => "Rollout",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The plural used in API paths and access reviews.</summary>
    public static string ToPlural(this ResourceType type) => type.ToName() + "s";

    /// <summary>The group of the Kubernetes API.</summary>
    public static string ToGroup(this ResourceType type) => type == ResourceType.Rollout ? "argoproj.io" : "apps";

    /// <summary>The group with the version of it that is asked for.</summary>
    public static string ToApiVersion(this ResourceType type) => type == ResourceType.Rollout ? "argoproj.io/v1alpha1" : "apps/v1";

    /// <summary>The marks of the ReplicaSets that are its revisions; null of those whose revisions are ControllerRevisions.</summary>
    public static ReplicaSetMarks? ToMarks(this ResourceType type) => type switch
    {
        ResourceType.Deployment => ReplicaSetMarks.OfDeployments,
        ResourceType.Rollout => ReplicaSetMarks.OfRollouts,
        _ => null,
    };

    /// <summary>Whether its revisions are ReplicaSets.</summary>
    public static bool HasReplicaSets(this ResourceType type) => type.ToMarks() is not null;

    /// <summary>Reads a name that <see cref="ToName"/> wrote.</summary>
    public static bool TryParse(string name, out ResourceType type)
    {
        var known = Enum.GetValues<ResourceType>().Where(each => each.ToName() == name).ToList();
        type = known.FirstOrDefault();
        return known.Count > 0;
    }
}
