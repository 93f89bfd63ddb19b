using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Api;

/// <summary>
/// Just enough OpenAPI that kubectl need not be told to skip validation: version 2 without definitions (its types then go
/// unchecked), and version 3 saying that the server itself validates fields.
/// </summary>
internal static class OpenApi
{
    public static ApiAnswer? Answer(string[] path) => path switch
    {
        // kubectl asks for version 2 in protobuf, in which an empty document is an empty body.
        ["openapi", "v2"] => new(200, null) { Text = "", ContentType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf" },
        ["openapi", "v3"] => ApiAnswer.Ok(Index()),
        ["openapi", "v3", .. var rest] => ApiAnswer.Ok(Document(string.Join('/', rest))),
        _ => null,
    };

    private static JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var prefix in ResourceCatalog.All.Select(Prefix).Distinct())
            paths[prefix] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{prefix}" };
        return new() { ["paths"] = paths };
    }

    private static JsonObject Document(string prefix)
    {
        var paths = new JsonObject();
        foreach (var type in ResourceCatalog.All.Where(type => Prefix(type) == prefix))
        {
            paths[$"/{prefix}/{(type.Namespaced ? "namespaces/{namespace}/" : "")}{type.Plural}/{{name}}"] = new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
                    ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                    ["x-kubernetes-group-version-kind"] = new JsonObject
                    {
                        ["group"] = type.Group,
                        ["version"] = type.Version,
                        ["kind"] = type.Kind,
                    },
                },
            };
        }
        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.33.0-practice" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = new JsonObject() },
        };
    }

    private static JsonObject Parameter(string name) =>
        new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } };

    private static string Prefix(ResourceType type) => type.Group.Length == 0 ? $"api/{type.Version}" : $"apis/{type.ApiVersion}";
}
