using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// What this process may do where. Processes that share a store can be configured differently: one that only reads, or speaks to another
/// cluster, with other credentials (another context) or about other namespaces, must not carry out what was asked of its neighbour.
/// </summary>
/// <param name="Cluster">The cluster that it speaks to; null if it has none.</param>
/// <param name="Scope">How much of it it may speak of, and whether it only reads.</param>
/// <param name="ReadsReleases">Whether it reads releases of Helm.</param>
internal sealed record ExecutorReach(ClusterIdentity? Cluster, ClusterScope Scope, bool ReadsReleases = false)
{
    /// <summary>Whether it can read the plan's cluster.</summary>
    public bool Sees(UndoPlan plan) => Cluster is not null && plan.Server == Cluster.Server && plan.Cluster == Cluster.Name
        && (ReadsReleases || !plan.IsRelease);

    /// <summary>Whether it may carry the plan out.</summary>
    public bool MayWrite(UndoPlan plan) => !Scope.ReadOnly && Sees(plan) && Scope.Allows(plan.Namespace);
}

/// <summary>Finds out the reach that the configuration gives.</summary>
internal sealed class ExecutorReachSource(IClusterReader cluster, ClusterScope scope, ReleaseExecution? releases = null)
{
    /// <summary>The reach now; a cluster that is not configured (yet) is in nobody's.</summary>
    public async Task<ExecutorReach> ReadAsync(CancellationToken cancellationToken)
    {
        var identity = await cluster.IdentifyAsync(cancellationToken);
        return new ExecutorReach(identity.Value, scope, releases is not null);
    }
}
