using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Api;

/// <summary>What the cluster can do: the plain paths that clients ask before anything else.</summary>
internal static class Discovery
{
    private static readonly ResourceType[] Served = [.. ResourceCatalog.All, AccessReviewEndpoint.Type];

    public static ApiAnswer? Answer(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["healthz" or "livez" or "readyz", ..] => ApiAnswer.Plain("ok"),
            ["version"] => ApiAnswer.Ok(Version()),
            ["api"] => ApiAnswer.Ok(Versions()),
            ["api", "v1"] => ApiAnswer.Ok(Resources("v1")),
            ["apis"] => ApiAnswer.Ok(Groups()),
            ["apis", var group] when IsServed(group) => ApiAnswer.Ok(Group(group)),
            ["apis", var group, var version] when Served.Any(type => type.ApiVersion == $"{group}/{version}") =>
                ApiAnswer.Ok(Resources($"{group}/{version}")),
            ["openapi", ..] => OpenApi.Answer(parts),
            _ => null,
        };
    }

    private static bool IsServed(string group) => group.Length > 0 && Served.Any(type => type.Group == group);

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "33",
        ["gitVersion"] = "v1.33.0-practice",
        ["gitCommit"] = "",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "",
    };

    private static JsonObject Versions() =>
        new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"), ["serverAddressByClientCIDRs"] = new JsonArray() };

    private static JsonObject Groups()
    {
        var groups = Served.Select(type => type.Group).Where(group => group.Length > 0).Distinct();
        return new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. groups.Select(Group)]) };
    }

    private static JsonObject Group(string name)
    {
        var version = Served.First(type => type.Group == name);
        JsonObject Preferred() => new() { ["groupVersion"] = version.ApiVersion, ["version"] = version.Version };
        return new()
        {
            ["kind"] = "APIGroup",
            ["apiVersion"] = "v1",
            ["name"] = name,
            ["versions"] = new JsonArray(Preferred()),
            ["preferredVersion"] = Preferred(),
        };
    }

    private static JsonObject Resources(string groupVersion)
    {
        var resources = new JsonArray();
        foreach (var type in Served.Where(type => type.ApiVersion == groupVersion))
        {
            string[] verbs = type == AccessReviewEndpoint.Type
                ? ["create"]
                : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
            var resource = Resource(type, type.Plural, type.Kind, verbs);
            if (type.ShortNames.Length > 0) resource["shortNames"] = Texts(type.ShortNames);
            if (type.InAll) resource["categories"] = new JsonArray("all");
            resources.Add((JsonNode)resource);
            if (type.HasStatus) resources.Add((JsonNode)Resource(type, $"{type.Plural}/status", type.Kind, ["get", "patch", "update"]));
            if (!type.HasScale) continue;
            var scale = Resource(type, $"{type.Plural}/scale", "Scale", ["get", "patch", "update"]);
            scale["group"] = "autoscaling";
            scale["version"] = "v1";
            resources.Add((JsonNode)scale);
        }
        return new() { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = groupVersion, ["resources"] = resources };
    }

    private static JsonObject Resource(ResourceType type, string name, string kind, string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = name.Contains('/', StringComparison.Ordinal) ? "" : type.Kind.ToLowerInvariant(),
        ["namespaced"] = type.Namespaced,
        ["kind"] = kind,
        ["verbs"] = Texts(verbs),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
