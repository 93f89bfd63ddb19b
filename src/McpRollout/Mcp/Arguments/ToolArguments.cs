namespace McpRollout.Mcp.Arguments;

/// <summary>Arguments that <see cref="ArgumentCheck"/> has passed; those not given have the default of the schema.</summary>
internal sealed class ToolArguments(JsonElement schema, IDictionary<string, JsonElement> given)
{
    public string Text(string name) => Find(name)?.GetString() ?? throw Unchecked(name);

    public long Number(string name) => NumberOrNull(name) ?? throw Unchecked(name);

    /// <summary>A whole number that need not be given.</summary>
    public long? NumberOrNull(string name) => Find(name) is { } value ? (long)value.GetDecimal() : null;

    public bool IsTrue(string name) => Find(name)?.GetBoolean() ?? throw Unchecked(name);

    public TimeSpan Seconds(string name) => TimeSpan.FromSeconds(Number(name));

    /// <summary>Whether it is a release of Helm that is asked for, by a tool that is about workloads.</summary>
    public bool NamesRelease => Text("resource_type") == ReleaseRef.TypeName;

    /// <summary>The release that <c>namespace</c> and <c>name</c> name.</summary>
    public ReleaseRef Release() => new(Text("namespace"), Text("name"));

    /// <summary>The workload that <c>resource_type</c>, <c>namespace</c> and <c>name</c> name.</summary>
    public WorkloadRef Workload() => ResourceTypes.TryParse(Text("resource_type"), out var type)
        ? new WorkloadRef(type, Text("namespace"), Text("name"))
        : throw Unchecked("resource_type");

    private JsonElement? Find(string name) =>
        given.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value
        : schema.GetProperty("properties").GetProperty(name).TryGetProperty("default", out var otherwise) ? otherwise
        : null;

    private static InvalidOperationException Unchecked(string name) => new($"The argument {name} was not checked.");
}
