namespace McpRollout.Rollouts.Objects;

/// <summary>How a controller marks the ReplicaSets that are the revisions of its workloads.</summary>
/// <param name="Number">The annotation that numbers them.</param>
/// <param name="NumbersBefore">The annotation with the numbers that one had before.</param>
/// <param name="Hash">The label that tells them and their pods apart; never part of what was asked for.</param>
internal sealed record ReplicaSetMarks(string Number, string NumbersBefore, string Hash)
{
    public static readonly ReplicaSetMarks OfDeployments =
        new("deployment.kubernetes.io/revision", "deployment.kubernetes.io/revision-history", "pod-template-hash");

    public static readonly ReplicaSetMarks OfRollouts =
        new("rollout.argoproj.io/revision", "rollout.argoproj.io/revision-history", "rollouts-pod-template-hash");

    /// <summary>Whether a label is one of those that tell ReplicaSets apart.</summary>
    public static bool IsHash(string label) => label == OfDeployments.Hash || label == OfRollouts.Hash;
}
