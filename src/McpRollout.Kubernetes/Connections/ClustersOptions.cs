namespace McpRollout.Kubernetes.Connections;

/// <summary>The <c>Clusters</c> section: several clusters, by the names that callers and people know them by.</summary>
internal sealed class ClustersOptions
{
    /// <summary>Each with the settings of the <c>Cluster</c> section. Default: none, so that <c>Cluster</c> holds.</summary>
    public IDictionary<string, ClusterOptions> Named { get; } = new Dictionary<string, ClusterOptions>(StringComparer.Ordinal);
}
