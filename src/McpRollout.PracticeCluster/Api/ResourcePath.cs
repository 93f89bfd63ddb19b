using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Api;

/// <summary>Which object or collection a path names. An empty name is the collection; an empty namespace, all of them.</summary>
internal sealed record ResourcePath(string Group, string Version, string Plural, string Namespace, string Name, string Subresource)
{
    public ResourceType? Type { get; } = ResourceCatalog.Find(Group, Version, Plural);

    /// <summary>Null for paths that name no resource: discovery, health, OpenAPI.</summary>
    public static ResourcePath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return parts switch
        {
            ["api", var version, .. { Length: > 0 } rest] => Parse("", version, rest),
            ["apis", var group, var version, .. { Length: > 0 } rest] => Parse(group, version, rest),
            _ => null,
        };
    }

    private static ResourcePath Parse(string group, string version, string[] parts) => parts switch
    {
        ["namespaces", var name, "status" or "finalize"] => new(group, version, "namespaces", "", name, parts[2]),
        ["namespaces", var space, var plural, .. var rest] =>
            new(group, version, plural, space, At(rest, 0), string.Join('/', rest.Skip(1))),
        [var plural, .. var rest] => new(group, version, plural, "", At(rest, 0), string.Join('/', rest.Skip(1))),
        _ => throw new ArgumentException("an empty path names no resource", nameof(parts)),
    };

    private static string At(string[] parts, int index) => index < parts.Length ? parts[index] : "";
}
