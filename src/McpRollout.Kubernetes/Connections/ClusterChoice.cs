namespace McpRollout.Kubernetes.Connections;

/// <summary>Which cluster a scope of services speaks to.</summary>
internal sealed class ClusterChoice(IOptions<ClusterOptions> only, IOptions<ClustersOptions> several)
{
    private (string? Name, ClusterOptions Options)? _chosen;

    /// <summary>What the settings call it; null where they name none.</summary>
    public string? Name => Chosen.Name;

    /// <summary>What they say of it.</summary>
    /// <exception cref="InvalidOperationException">None was chosen: a part that speaks to a cluster would have to guess which.</exception>
    public ClusterOptions Options => Chosen.Options;

    private (string? Name, ClusterOptions Options) Chosen => _chosen ??= several.Value.Named.Count == 0
        ? (null, only.Value)
        : throw new InvalidOperationException("Which of the clusters is meant was not said.");

    /// <summary>Chooses it, before anything else of the scope is made.</summary>
    public void Choose(string name, ClusterOptions options) => _chosen = (name, options);
}
