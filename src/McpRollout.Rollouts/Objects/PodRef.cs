using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>One pod and no other: a StatefulSet gives the next pod the same name, but not the same uid.</summary>
internal sealed record PodRef(string Name, string Uid)
{
    /// <summary>The pod that an object of the API is.</summary>
    public static PodRef Of(JsonElement pod) => new(pod.TextAt("metadata", "name") ?? "", pod.TextAt("metadata", "uid") ?? "");
}
