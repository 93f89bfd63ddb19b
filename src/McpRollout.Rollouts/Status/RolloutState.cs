using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.Status;

/// <summary>How far a rollout is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RolloutState>))]
internal enum RolloutState
{
    /// <summary>Under way, or not yet seen by the controller.</summary>
    [JsonStringEnumMemberName("progressing")] Progressing,

    /// <summary>Every pod wanted has the current template and is available.</summary>
    [JsonStringEnumMemberName("complete")] Complete,

    /// <summary>A Deployment that exceeded its progress deadline, or a Rollout that is degraded.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>A Deployment on hold: a changed template is not rolled out. A Rollout that waits for somebody, or for a time.</summary>
    [JsonStringEnumMemberName("paused")] Paused,
}

/// <summary>Pods by how far they are.</summary>
/// <param name="Desired">Wanted.</param>
/// <param name="Updated">With the current template.</param>
/// <param name="Ready">Ready, of whatever template.</param>
/// <param name="Available">Ready for at least <c>minReadySeconds</c>, of whatever template.</param>
internal sealed record ReplicaCounts(int Desired, int Updated, int Ready, int Available);
