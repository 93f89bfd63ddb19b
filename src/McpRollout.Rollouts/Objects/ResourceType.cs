namespace McpRollout.Rollouts.Objects;

/// <summary>The kinds of workload that keep revisions. It is always given by the caller, never guessed.</summary>
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
}
