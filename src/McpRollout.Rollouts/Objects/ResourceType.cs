namespace McpRollout.Rollouts.Objects;

/// <summary>What keeps revisions: the kinds of workload, and releases of Helm. It is always given by the caller, never guessed.</summary>
internal enum ResourceType
{
    /// <summary>apps/v1 Deployment; its revisions are ReplicaSets.</summary>
    Deployment,

    /// <summary>apps/v1 StatefulSet; its revisions are ControllerRevisions.</summary>
    StatefulSet,

    /// <summary>apps/v1 DaemonSet; its revisions are ControllerRevisions.</summary>
    DaemonSet,

    /// <summary>argoproj.io/v1alpha1 Rollout, of Argo Rollouts; its revisions are ReplicaSets.</summary>
    Rollout,

    /// <summary>A release of Helm, which is no workload: its revisions are records that Helm keeps.</summary>
    HelmRelease,
}
