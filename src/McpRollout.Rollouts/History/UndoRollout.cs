using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.History;

/// <summary>How the rollout of an applied undo turns out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UndoRollout>))]
internal enum UndoRollout
{
    /// <summary>Still under way.</summary>
    [JsonStringEnumMemberName("progressing")] Progressing,

    /// <summary>Every pod runs what was brought back, and is available.</summary>
    [JsonStringEnumMemberName("healthy")] Healthy,

    /// <summary>It failed, or did not become healthy in time.</summary>
    [JsonStringEnumMemberName("degraded")] Degraded,

    /// <summary>A newer change has taken its place, or the workload is gone.</summary>
    [JsonStringEnumMemberName("superseded")] Superseded,
}

/// <summary>How outcomes are spelled.</summary>
internal static class UndoRollouts
{
    /// <summary>The name in answers and documents.</summary>
    public static string ToName(this UndoRollout rollout) => rollout.ToString().ToLowerInvariant();
}
