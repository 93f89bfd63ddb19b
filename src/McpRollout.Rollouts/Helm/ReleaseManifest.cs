using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Helm;

/// <summary>The objects that a revision put into the cluster.</summary>
/// <param name="Objects">The objects, in the manifest's order.</param>
/// <param name="Problem">Why the manifest could not be read to its end; null if it was.</param>
internal sealed record ReleaseManifest(IReadOnlyList<ReleaseObject> Objects, string? Problem)
{
    /// <summary>Reads a manifest: YAML, a document for each object.</summary>
    public static ReleaseManifest Read(string text)
    {
        var objects = new List<ReleaseObject>();
        try
        {
            foreach (var body in new ManifestReader(text).Documents().SelectMany(Flat))
            {
                if (ReleaseObject.Of(body) is { } read)
                    objects.Add(read);
            }

            return new(objects, null);
        }
        catch (JsonException unreadable)
        {
            return new(objects, unreadable.Message);
        }
    }

    /// <summary>Container to image, each container after the object that runs it.</summary>
    public IEnumerable<(ObjectName Object, string Container, string Image)> Images =>
        from each in Objects
        where each.Template is not null
        from container in Rollouts.Objects.PodTemplate.Containers(each.Template!.Value)
        select (each.Name, container.Container.TextAt("name") ?? "", container.Container.TextAt("image") ?? "");

    // kubectl and Helm take a list for its items.
    private static IEnumerable<JsonElement> Flat(JsonElement body) =>
        body.TextAt("kind") is { } kind && kind.EndsWith("List", StringComparison.Ordinal)
        && body.At("items") is { ValueKind: JsonValueKind.Array } items
            ? items.EnumerateArray()
            : [body];
}
