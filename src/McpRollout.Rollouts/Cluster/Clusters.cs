namespace McpRollout.Rollouts.Cluster;

/// <summary>The clusters that this process speaks to.</summary>
/// <param name="all">At least one.</param>
internal sealed class Clusters(IReadOnlyList<ServedCluster> all) : IAsyncDisposable
{
    public IReadOnlyList<ServedCluster> All => all;

    /// <summary>What callers choose from; empty where there is nothing to choose.</summary>
    public IReadOnlyList<string> Names { get; } = all.Count > 1 ? [.. all.Select(cluster => cluster.Name!)] : [];

    /// <summary>Whether nothing may be changed in any.</summary>
    public bool AreReadOnly { get; } = all.All(cluster => cluster.Scope.ReadOnly);

    /// <summary>The one of this name, or the only one; null if it must be chosen, and that does not choose one.</summary>
    public ServedCluster? Choose(string? name) => all.Count == 1 ? all[0] : all.FirstOrDefault(cluster => cluster.Name == name);

    /// <summary>Finds the one that a plan is about: that of its name, or where none has it any more, the only one at its address.</summary>
    /// <param name="name">The cluster's name in the plan.</param>
    /// <param name="server">The API server's address in the plan.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async ValueTask<ClusterSearch> FindAsync(string name, string server, CancellationToken cancellationToken)
    {
        if (Choose(name) is { } named)
        {
            var identity = await named.IdentifyAsync(cancellationToken);
            return !identity.Succeeded ? new(null, identity.Failure, "")
                : identity.Value.Server == server ? new(named, null, "")
                : new(null, null, identity.Value.Name);
        }

        List<ServedCluster> there = [];
        foreach (var cluster in all)
        {
            if ((await cluster.IdentifyAsync(cancellationToken)).Value?.Server == server)
                there.Add(cluster);
        }

        return new(there is [var only] ? only : null, null, string.Join(", ", Names));
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(all.Select(cluster => cluster.DisposeAsync().AsTask()));
}

/// <summary>What came of looking for a plan's cluster.</summary>
/// <param name="Found">The cluster; null if this process does not speak to it.</param>
/// <param name="Failure">Why it cannot be told which one it is; null if it can.</param>
/// <param name="Instead">The name of the cluster that this process speaks to, or their names.</param>
internal sealed record ClusterSearch(ServedCluster? Found, ClusterFailure? Failure, string Instead);
