using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Patching;

/// <summary>RFC 6902.</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject target, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
            throw new MalformedPatchException("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        JsonNode? document = target.DeepClone();
        foreach (var operation in operations) document = Apply(document, operation as JsonObject ?? []);
        return document as JsonObject ?? throw new PatchRejectedException("the patched document is not an object");
    }

    private static JsonNode? Apply(JsonNode? document, JsonObject operation)
    {
        var path = Pointer(operation, "path");
        switch (operation.Text("op"))
        {
            case "test":
                if (!JsonNode.DeepEquals(ReadOptional(document, path), operation["value"]))
                    throw new PatchRejectedException($"testing value {operation.Text("path")} failed");
                return document;
            case "add":
                return Add(document, path, operation["value"]?.DeepClone());
            case "replace":
                Read(document, path);
                return path.Length == 0
                    ? operation["value"]?.DeepClone()
                    : Add(Remove(document, path), path, operation["value"]?.DeepClone());
            case "remove":
                return Remove(document, path);
            case "copy":
                return Add(document, path, Read(document, Pointer(operation, "from"))?.DeepClone());
            case "move":
                var from = Pointer(operation, "from");
                var moved = Read(document, from)?.DeepClone();
                return Add(Remove(document, from), path, moved);
            default:
                throw new PatchRejectedException($"Unexpected kind: {operation.Text("op")}");
        }
    }

    private static string[] Pointer(JsonObject operation, string member)
    {
        var text = operation.Text(member) ?? throw new PatchRejectedException($"the operation has no {member}");
        if (text.Length == 0) return [];
        if (text[0] != '/') throw new PatchRejectedException($"no JSON pointer: {text}");
        return Array.ConvertAll(text[1..].Split('/'), Unescaped);
    }

    private static string Unescaped(string part) =>
        part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    // The server's library (github.com/evanphx/json-patch) takes a field that is not there for null when it tests.
    private static JsonNode? ReadOptional(JsonNode? document, string[] path) =>
        path.Length > 0 && Read(document, path.AsSpan(0, path.Length - 1)) is JsonObject parent ? parent[path[^1]] : Read(document, path);

    private static JsonNode? Read(JsonNode? document, ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            document = document switch
            {
                JsonObject map when map.TryGetPropertyValue(part, out var child) => child,
                JsonArray list => list[Index(part, list.Count - 1)],
                _ => throw Missing(part),
            };
        }
        return document;
    }

    private static JsonNode? Add(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0) return value;
        switch (Read(document, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject map:
                map[path[^1]] = value;
                return document;
            case JsonArray list:
                list.Insert(path[^1] == "-" ? list.Count : Index(path[^1], list.Count), value);
                return document;
            default:
                throw Missing(path[^1]);
        }
    }

    private static JsonNode? Remove(JsonNode? document, string[] path)
    {
        if (path.Length == 0) return null;
        switch (Read(document, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject map when map.Remove(path[^1]):
                return document;
            case JsonArray list:
                list.RemoveAt(Index(path[^1], list.Count - 1));
                return document;
            default:
                throw Missing(path[^1]);
        }
    }

    private static int Index(string part, int highest) =>
        int.TryParse(part, System.Globalization.NumberStyles.None, null, out var index) && index <= highest ? index : throw Missing(part);

    private static PatchRejectedException Missing(string part) => new($"nothing at {part}");
}
