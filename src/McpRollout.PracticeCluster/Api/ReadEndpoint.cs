using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;
using McpRollout.PracticeCluster.Tables;

namespace McpRollout.PracticeCluster.Api;

/// <summary>get and list.</summary>
internal sealed class ReadEndpoint(ObjectStore store, TablePrinter printer)
{
    public ApiAnswer Read(ApiRequest request, ResourceType type, ResourcePath path)
    {
        CheckVersion(request);
        var representation = Representation.Of(request, printer);
        if (path.Name.Length == 0) return ApiAnswer.Ok(List(request, type, path, representation));
        var found = store.Find(type, path.Namespace, path.Name) ?? throw ApiErrors.NotFound(type, path.Name);
        return ApiAnswer.Ok(representation.One(type, found));
    }

    private JsonNode List(ApiRequest request, ResourceType type, ResourcePath path, Representation representation)
    {
        var selection = ObjectSelection.Of(request, type, path);
        var (objects, version) = store.Snapshot(type, path.Namespace.Length == 0 ? null : path.Namespace);
        var selected = objects.Where(selection.Matches).ToList();
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        var start = request.Query["continue"] is [{ Length: > 0 } after, ..]
            ? selected.FindIndex(value => string.CompareOrdinal(PlaceOf(value), after) > 0)
            : 0;
        var page = start < 0 ? [] : selected.Skip(start).ToList();
        if (int.TryParse(request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            && page.Count > limit)
        {
            metadata["remainingItemCount"] = page.Count - limit;
            page = page[..limit];
            metadata["continue"] = PlaceOf(page[^1]);
        }
        return representation.Many(type, page, metadata);
    }

    private static string PlaceOf(JsonObject value) => $"{value.Namespace()}/{value.Name()}";

    private static void CheckVersion(ApiRequest request)
    {
        if (request.Query["resourceVersion"] is [{ Length: > 0 } version, ..]
            && !ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new ApiException(400, "BadRequest",
                $"resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax", null);
    }
}
