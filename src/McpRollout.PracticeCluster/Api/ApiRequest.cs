using McpRollout.PracticeCluster.Access;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Protobuf;

namespace McpRollout.PracticeCluster.Api;

/// <summary>One request, taken apart as the API reads it.</summary>
internal sealed record ApiRequest(string Method, string Path, IQueryCollection Query, string Accept, string ContentType, string UserAgent,
    byte[] Body)
{
    public required User User { get; init; }

    /// <summary>The path's parts for a resource request; null for discovery, health and other plain paths.</summary>
    public ResourcePath? Resource { get; init; }

    public bool IsWatch => Query["watch"] is [var watch, ..] && watch is "1" or "true";

    /// <summary>The verb that access rules speak of.</summary>
    public string Verb => Method switch
    {
        "GET" or "HEAD" when IsWatch => "watch",
        "GET" or "HEAD" => Resource is { Name.Length: 0 } ? "list" : "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => Resource is { Name.Length: 0 } ? "deletecollection" : "delete",
        _ => Method.ToLowerInvariant(),
    };

    public bool IsDryRun => Query["dryRun"] == "All";

    public string FieldManager => Query["fieldManager"] is [{ Length: > 0 } manager, ..] ? manager : UserAgent.Split('/')[0];

    public JsonObject ReadObject(ResourceType type)
    {
        try
        {
            var body = Parse() as JsonObject;
            var (kind, version) = (body.Text("kind") ?? type.Kind, body.Text("apiVersion") ?? type.ApiVersion);
            if (body is null || kind != type.Kind || version != type.ApiVersion)
                throw ApiErrors.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {type.Kind}");
            body["kind"] = type.Kind;
            body["apiVersion"] = type.ApiVersion;
            return body;
        }
        catch (JsonException error)
        {
            throw ApiErrors.BadRequest(
                $"the object provided is unrecognized (must be of type {type.Kind}): couldn't get version/kind; "
                + $"json parse error: {error.Message}");
        }
    }

    public JsonNode? ReadJson()
    {
        try
        {
            return Body.Length == 0 ? null : Parse();
        }
        catch (JsonException error)
        {
            throw ApiErrors.BadRequest($"error decoding: {error.Message}");
        }
    }

    private JsonNode? Parse() => ContentType.StartsWith(ProtobufObject.ContentType, StringComparison.Ordinal)
        ? ProtobufObject.Parse(Body)
        : JsonNode.Parse(Body, documentOptions: new() { AllowDuplicateProperties = false });
}
