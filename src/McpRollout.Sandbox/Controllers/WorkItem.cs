namespace McpRollout.Sandbox.Controllers;

internal enum WorkKind
{
    Deployment,
    ReplicaSet,
    StatefulSet,
    DaemonSet,
    Pod,

    /// <summary>What an owner left behind; the name is its uid.</summary>
    Leftovers,

    /// <summary>What a deleted namespace held.</summary>
    Namespace,
}

/// <summary>Something to look at again.</summary>
internal readonly record struct WorkItem(WorkKind Kind, string Namespace, string Name);
