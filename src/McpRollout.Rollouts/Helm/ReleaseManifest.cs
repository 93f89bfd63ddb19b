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
            foreach (var part in Parts(text))
            {
                var reader = new ManifestReader(part);
                JsonElement[] documents = [.. reader.Documents()];
                foreach (var body in documents.SelectMany(Flat))
                {
                    if (ReleaseObject.Of(body) is { } read)
                        objects.Add(read with { Source = documents is [var only] && IsOne(only) && !reader.IsExact ? part : null });
                    else if (body.TextAt("kind") is { } nameless)
                        return new(objects, $"it has a {Text.ShownValue.Name(nameless)} without a name");
                }
            }

            return new(objects, null);
        }
        catch (JsonException unreadable)
        {
            return new(objects, unreadable.Message);
        }
    }

    // Nothing but the mark between documents begins a line with three dashes: other text of theirs would be indented.
    private static IEnumerable<string> Parts(string text)
    {
        if (text.Length > ManifestReader.LongestText)
        {
            yield return text;
            yield break;
        }

        var part = new System.Text.StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("---", StringComparison.Ordinal) && part.Length > 0)
            {
                yield return part.ToString();
                part.Clear();
            }

            part.Append(line).Append('\n');
        }

        yield return part.ToString();
    }

    /// <summary>Container to image, each container after the object that runs it.</summary>
    public IEnumerable<(ObjectName Object, string Container, string Image)> Images =>
        from each in Objects
        where each.Template is not null
        from container in Rollouts.Objects.PodTemplate.Containers(each.Template!.Value)
        select (each.Name, container.Container.TextAt("name") ?? "", container.Container.TextAt("image") ?? "");

    // kubectl and Helm take a list for its items.
    private static IEnumerable<JsonElement> Flat(JsonElement body) => IsOne(body) ? [body] : body.ItemsAt("items");

    private static bool IsOne(JsonElement body) =>
        body.TextAt("kind")?.EndsWith("List", StringComparison.Ordinal) is not true
        || body.At("items") is not { ValueKind: JsonValueKind.Array };
}
