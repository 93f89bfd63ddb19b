using System.Text.Json;

namespace McpRollout.Rollouts;

/// <summary>Finds the ConfigMaps and Secrets that a pod template reads.</summary>
internal static class ConfigReferences
{
    /// <summary>Each of them once, as <c>ConfigMap checkout</c> or <c>Secret db</c>, sorted.</summary>
    public static IReadOnlyList<string> In(JsonElement template) =>
        [.. TemplateReference.In(template).Where(reference => reference.IsRead).Select(reference => reference.Label).Distinct().Order(StringComparer.Ordinal)];
}
