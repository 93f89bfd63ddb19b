using System.Text.Json.Serialization.Metadata;

namespace McpRollout.Mcp.Tools;

/// <summary>The tools' contracts: <c>schemas/tools</c>, built into the program, is what clients are shown.</summary>
internal static class ToolContract
{
    private static readonly JsonTypeInfo<Tool> ToolType = (JsonTypeInfo<Tool>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(Tool));

    /// <summary>The same for a cluster that serves one more type.</summary>
    public static Tool With(Tool contract, string type)
    {
        var schema = JsonNode.Parse(contract.InputSchema.GetRawText())!;
        if (schema["properties"]!["resource_type"]?["enum"] is not JsonArray types)
            return contract;
        types.Add((JsonNode)type);
        return Copy(contract, schema);
    }

    /// <summary>The same where callers must say which cluster they mean.</summary>
    /// <param name="contract">The contract. One that is about a request, which says it, stays as it is.</param>
    /// <param name="clusters">The clusters' names; none where there is but one.</param>
    public static Tool Choosing(Tool contract, IReadOnlyList<string> clusters)
    {
        var schema = JsonNode.Parse(contract.InputSchema.GetRawText())!;
        if (clusters.Count == 0 || schema["properties"]!["resource_type"] is null)
            return contract;
        schema["properties"]!["cluster"] = new JsonObject
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. clusters.Select(name => JsonValue.Create(name))]),
            ["description"] = "The cluster that the workload is in.",
        };
        schema["required"]!.AsArray().Insert(0, "cluster");
        return Copy(contract, schema);
    }

    /// <summary>Reads the contract of the tool with this name.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="servesReleases">Whether releases of Helm can be asked for.</param>
    public static Tool Read(string name, bool servesReleases = false)
    {
        using var stream = typeof(ToolContract).Assembly.GetManifestResourceStream($"tools/{name}.json")
            ?? throw new InvalidOperationException($"schemas/tools/{name}.json is missing.");
        var tool = JsonSerializer.Deserialize(stream, ToolType)!;
        return servesReleases ? With(tool, ReleaseRef.TypeName) : tool;
    }

    private static Tool Copy(Tool contract, JsonNode schema)
    {
        var copy = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(contract, ToolType), ToolType)!;
        copy.InputSchema = JsonElement.Parse(schema.ToJsonString());
        return copy;
    }
}
