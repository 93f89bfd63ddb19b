using System.Text.Json.Nodes;

namespace McpRollout.Tests.Tools;

/// <summary>The schemas as they lie in the repository.</summary>
internal static class SchemaFiles
{
    /// <summary>In the order in which the server lists them.</summary>
    public static readonly string[] ToolNames =
    [
        "k8s_rollout_history", "k8s_rollout_status", "k8s_rollout_undo", "k8s_rollout_undo_status", "k8s_rollout_undo_cancel",
    ];

    public static string Root { get; } = FindRoot();

    public static JsonObject Tool(string name) => Read($"schemas/tools/{name}.json");

    public static JsonObject Read(string path) => Parse(File.ReadAllText(Path.Combine(Root, path)));

    // From text of its own each time, so that no test sees what another changed.
    public static JsonObject Parse(string text) => JsonNode.Parse(text)!.AsObject();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "McpRollout.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        return folder;
    }
}
