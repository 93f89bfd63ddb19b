using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>A context of a kubeconfig with its cluster and its user.</summary>
internal sealed record ChosenContext(string Name, string ClusterName, ClusterEntry Cluster, string? UserName, UserEntry? User)
{
    /// <summary>Looks a context up.</summary>
    /// <param name="config">The merged kubeconfig.</param>
    /// <param name="context">The context; null for the current one.</param>
    /// <param name="files">What to call the kubeconfig in errors.</param>
    /// <exception cref="KubeconfigException">It is not there, or its cluster or user is not.</exception>
    public static ChosenContext Of(Kubeconfig config, string? context, string files)
    {
        var chosen = string.IsNullOrWhiteSpace(context) ? config.CurrentContext : context;
        if (chosen is null)
            throw new KubeconfigException($"{files}: no current-context is set; {config.ListContexts()}. Set Cluster:Context to one of "
                + "them.");

        if (!config.Contexts.TryGetValue(chosen, out var pair))
            throw new KubeconfigException($"{files}: there is no context '{chosen}'; {config.ListContexts()}. Set Cluster:Context to one "
                + "of them.");

        if (pair.Cluster is null || !config.Clusters.TryGetValue(pair.Cluster, out var cluster))
            throw new KubeconfigException($"{files}: context '{chosen}' names the cluster '{pair.Cluster}', which is not there. Correct "
                + "the context.");

        var user = pair.User is null ? null
            : config.Users.GetValueOrDefault(pair.User)
                ?? throw new KubeconfigException($"{files}: context '{chosen}' names the user '{pair.User}', who is not there. Correct the "
                    + "context.");
        return new ChosenContext(chosen, pair.Cluster, cluster, pair.User, user);
    }
}
