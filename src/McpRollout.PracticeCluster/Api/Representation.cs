using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Tables;

namespace McpRollout.PracticeCluster.Api;

internal enum RepresentationKind
{
    Whole,
    Metadata,
    Table,
}

/// <summary>The form in which the client wants objects: whole, their metadata only, or rows of a table (its Accept header says).</summary>
internal sealed record Representation(RepresentationKind Kind, string IncludeObject, TablePrinter Printer)
{
    private const string MetaVersion = "meta.k8s.io/v1";

    public static Representation Of(ApiRequest request, TablePrinter printer)
    {
        // The first form that is known wins; clients name several, best first.
        foreach (var media in request.Accept.Split(','))
        {
            var include = request.Query["includeObject"].ToString();
            if (media.Contains("as=Table", StringComparison.Ordinal))
                return new(RepresentationKind.Table, include.Length == 0 ? "Metadata" : include, printer);
            if (media.Contains("as=PartialObjectMetadata", StringComparison.Ordinal)) return new(RepresentationKind.Metadata, "", printer);
            if (media.Contains("as=", StringComparison.Ordinal)) continue;
            if (media.Contains("json", StringComparison.Ordinal) || media.Contains("*/*", StringComparison.Ordinal)) break;
        }
        return new(RepresentationKind.Whole, "", printer);
    }

    public JsonNode One(ResourceType type, JsonObject value, bool firstOfStream = true) => Kind switch
    {
        RepresentationKind.Metadata => Partial(value),
        RepresentationKind.Table =>
            Table(type, [value], new JsonObject { ["resourceVersion"] = value.Object("metadata").Text("resourceVersion") }, firstOfStream),
        _ => value,
    };

    public JsonNode Many(ResourceType type, IReadOnlyList<JsonObject> values, JsonObject listMetadata) => Kind switch
    {
        RepresentationKind.Metadata =>
            List("PartialObjectMetadataList", MetaVersion, values.Select(value => (JsonNode)Partial(value)), listMetadata),
        RepresentationKind.Table => Table(type, values, listMetadata, withColumns: true),
        _ => List($"{type.Kind}List", type.ApiVersion, values.Select(Untyped), listMetadata),
    };

    private JsonObject Table(ResourceType type, IReadOnlyList<JsonObject> values, JsonObject metadata, bool withColumns)
    {
        var table = new JsonObject { ["kind"] = "Table", ["apiVersion"] = MetaVersion, ["metadata"] = metadata };
        table["columnDefinitions"] = withColumns ? Printer.Columns(type) : null;
        var rows = new JsonArray();
        foreach (var value in values)
        {
            var row = new JsonObject { ["cells"] = Printer.Cells(type, value) };
            if (IncludeObject == "Object") row["object"] = value.DeepClone();
            else if (IncludeObject != "None") row["object"] = Partial(value);
            rows.Add((JsonNode)row);
        }
        table["rows"] = rows;
        return table;
    }

    private static JsonObject Partial(JsonObject value) =>
        new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = MetaVersion, ["metadata"] = value["metadata"]?.DeepClone() };

    private static JsonObject List(string kind, string version, IEnumerable<JsonNode> items, JsonObject metadata) =>
        new() { ["kind"] = kind, ["apiVersion"] = version, ["metadata"] = metadata, ["items"] = new JsonArray([.. items]) };

    // Items of a typed list do not repeat the list's type.
    private static JsonObject Untyped(JsonObject value)
    {
        var item = value.Clone();
        item.Remove("kind");
        item.Remove("apiVersion");
        return item;
    }
}
