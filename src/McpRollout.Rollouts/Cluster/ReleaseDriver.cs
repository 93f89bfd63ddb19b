namespace McpRollout.Rollouts.Cluster;

/// <summary>In which kind of object Helm keeps a release's records (<c>HELM_DRIVER</c>). What it keeps in a database of its own
/// (<c>sql</c>) is not in the cluster.</summary>
internal enum ReleaseDriver
{
    /// <summary>The default: Secrets of type <c>helm.sh/release.v1</c>.</summary>
    Secret,

    /// <summary>ConfigMaps.</summary>
    ConfigMap,
}

/// <summary>How the kinds are spelled.</summary>
internal static class ReleaseDrivers
{
    /// <summary>The name in API paths and in rules of RBAC.</summary>
    public static string ToPlural(this ReleaseDriver driver) => driver == ReleaseDriver.Secret ? "secrets" : "configmaps";
}
