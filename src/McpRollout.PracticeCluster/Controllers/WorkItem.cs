namespace McpRollout.PracticeCluster.Controllers;

internal enum WorkKind
{
    Deployment,
    ReplicaSet,
    StatefulSet,
    DaemonSet,
    Rollout,
    Pod,

    /// <summary>The ResourceQuotas of a namespace; of these four the name is empty.</summary>
    Quotas,

    DisruptionBudgets,
    ServiceAccounts,

    /// <summary>What waits in a namespace, or without one in all of them, for something to come.</summary>
    Requeue,

    /// <summary>What an owner left behind; the name is its uid.</summary>
    Dependents,

    /// <summary>What a deleted namespace held.</summary>
    Namespace,
}

/// <summary>Something to look at again.</summary>
internal readonly record struct WorkItem(WorkKind Kind, string Namespace, string Name);
