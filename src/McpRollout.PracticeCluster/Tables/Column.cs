namespace McpRollout.PracticeCluster.Tables;

/// <summary>A column of a table. <paramref name="Wide"/> ones show with <c>-o wide</c>.</summary>
internal sealed record Column(string Name, Func<JsonObject, JsonNode?> Cell, string Type = "string", bool Wide = false)
{
    public JsonObject Definition() => new()
    {
        ["name"] = Name,
        ["type"] = Type,
        ["format"] = Name == "Name" ? "name" : "",
        ["description"] = "",
        ["priority"] = Wide ? 1 : 0,
    };
}
