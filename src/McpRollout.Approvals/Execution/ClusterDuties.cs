using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What an executor owes the requests of one cluster.</summary>
internal sealed class ClusterDuties(
    IClusterReader cluster,
    ClusterScope scope,
    UndoExecution execution,
    Reconciliation reconciliation,
    RolloutFollower follower,
    OwnerResuming resuming,
    Holders holders,
    ReleaseExecution? releaseExecution = null,
    ReleaseFollower? releaseFollower = null)
{
    /// <summary>What may be done there now; a cluster that is not configured (yet) is in nobody's reach.</summary>
    public async Task<ExecutorReach> ReachAsync(CancellationToken cancellationToken)
    {
        var identity = await cluster.IdentifyAsync(cancellationToken);
        return new ExecutorReach(identity.Value, scope, releaseExecution is not null);
    }

    /// <summary>Does what is owed in the cluster.</summary>
    /// <param name="request">The request, which is about it.</param>
    /// <param name="duty">What is owed.</param>
    /// <param name="mayWrite">Whether the request may be carried out by this process.</param>
    /// <param name="watched">How long the request has been seen in its state.</param>
    /// <param name="stoppingToken">Ends it with the process.</param>
    public Task DoAsync(
        UndoRequest request, ExecutorAction duty, bool mayWrite, TimeSpan watched, CancellationToken stoppingToken) => duty switch
        {
            ExecutorAction.Execute when request.Plan.Resume is not null =>
                resuming.ExecuteAsync(request, holders.Name, stoppingToken),
            ExecutorAction.Reconcile when request.Plan.Resume is not null =>
                resuming.ReconcileAsync(request, mayWrite, watched, stoppingToken),
            ExecutorAction.Execute when request.Plan.IsRelease =>
                releaseExecution!.ExecuteAsync(request, holders.Name, stoppingToken),
            ExecutorAction.Reconcile when request.Plan.IsRelease =>
                releaseExecution!.ReconcileAsync(request, watched, stoppingToken),
            ExecutorAction.Follow when request.Plan.IsRelease => releaseFollower!.FollowAsync(request, stoppingToken),
            ExecutorAction.Execute => execution.ExecuteAsync(request, holders.Name, stoppingToken),
            ExecutorAction.Reconcile => reconciliation.ReconcileAsync(request, mayWrite, watched, stoppingToken),
            ExecutorAction.Follow => follower.FollowAsync(request, mayWrite, stoppingToken),
            _ => Task.CompletedTask,
        };
}

/// <summary>
/// What this process may do in a cluster. Processes that share a store can be configured differently: one that only reads, or speaks to
/// another cluster, with other credentials (another context) or about other namespaces, must not carry out what was asked of its neighbour.
/// </summary>
/// <param name="Cluster">The cluster that it speaks to; null if it has none.</param>
/// <param name="Scope">How much of it it may speak of, and whether it only reads.</param>
/// <param name="ReadsReleases">Whether it reads releases of Helm.</param>
internal sealed record ExecutorReach(ClusterIdentity? Cluster, ClusterScope Scope, bool ReadsReleases = false)
{
    /// <summary>That of a request whose cluster this process does not know.</summary>
    public static ExecutorReach None { get; } = new(null, new ClusterScope([], readOnly: true));

    /// <summary>Whether it can read the plan's cluster.</summary>
    public bool Sees(UndoPlan plan) => Cluster is not null && plan.Server == Cluster.Server && plan.Cluster == Cluster.Name
        && (ReadsReleases || !plan.IsRelease);

    /// <summary>Whether it may carry the plan out.</summary>
    public bool MayWrite(UndoPlan plan) => !Scope.ReadOnly && Sees(plan) && Scope.Allows(plan.Namespace);
}
