namespace McpRollout.Rollouts.Cluster;

/// <summary>
/// A cluster that this process speaks to, with parts of its own: sockets, credentials and what is remembered of a cluster that does not
/// answer are shared with no other.
/// </summary>
/// <param name="name">What the settings call it; null where they name none, so that it is called as its kubeconfig context.</param>
/// <param name="scope">What they say of it.</param>
/// <param name="parts">Where its parts come from.</param>
/// <param name="owned">What ends with it; null if its parts end with the process's own.</param>
internal sealed class ServedCluster(
    string? name, ClusterScope scope, IServiceProvider parts, IAsyncDisposable? owned = null) : IAsyncDisposable
{
    public string? Name => name;

    public ClusterScope Scope => scope;

    /// <summary>What speaks to this cluster and to no other.</summary>
    /// <exception cref="InvalidOperationException">There is no such part.</exception>
    public TPart Part<TPart>()
        where TPart : class => FindPart<TPart>() ?? throw new InvalidOperationException($"A cluster has no {typeof(TPart).Name}.");

    /// <summary>The same; null where the settings leave it out.</summary>
    public TPart? FindPart<TPart>()
        where TPart : class => (TPart?)parts.GetService(typeof(TPart));

    /// <summary>Which cluster it is; no request is sent.</summary>
    public ValueTask<ClusterAnswer<ClusterIdentity>> IdentifyAsync(CancellationToken cancellationToken) =>
        Part<IClusterReader>().IdentifyAsync(cancellationToken);

    public ValueTask DisposeAsync() => owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
