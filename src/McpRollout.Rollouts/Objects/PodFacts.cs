using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>What a pod says of itself.</summary>
internal static class PodFacts
{
    /// <summary>The label that ties a StatefulSet's or DaemonSet's pod to its revision.</summary>
    public const string ControllerRevisionLabel = "controller-revision-hash";

    /// <summary>The label value that ties the pod, or the ReplicaSet, to its revision
    /// (see <see cref="History.Revision.PodLabel"/>).</summary>
    public static string? RevisionLabel(this JsonElement pod) =>
        pod.TextAt("metadata", "labels", ControllerRevisionLabel)
            ?? pod.TextAt("metadata", "labels", ReplicaSetMarks.OfRollouts.Hash)
            ?? pod.TextAt("metadata", "labels", ReplicaSetMarks.OfDeployments.Hash);

    /// <summary>Whether its condition <c>Ready</c> is true.</summary>
    public static bool IsReady(this JsonElement pod) => pod.Condition("Ready")?.TextAt("status") == "True";

    /// <summary>Whether it is being deleted, so that its not being ready says nothing.</summary>
    public static bool IsTerminating(this JsonElement pod) => pod.At("metadata", "deletionTimestamp") is not null;

    /// <summary>Whether it failed as a whole (an eviction, a node's shutdown), so that its controller replaces it.</summary>
    public static bool HasFailed(this JsonElement pod) => pod.TextAt("status", "phase") == "Failed";

    /// <summary>The condition of a type in the status of any object.</summary>
    public static JsonElement? Condition(this JsonElement element, string type) =>
        element.ItemsAt("status", "conditions").Cast<JsonElement?>().FirstOrDefault(condition => condition?.TextAt("type") == type);
}
