using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>What one pod of a template counts for in a ResourceQuota.</summary>
internal static class PodNeeds
{
    /// <summary>
    /// How much of a quota's resource (<c>requests.cpu</c>, <c>memory</c>, <c>limits.memory</c>, <c>pods</c>, ...); null of one that pods
    /// do not count for. A request that is not given is the limit; init containers run before the others, so the larger sum counts.
    /// </summary>
    public static decimal? Of(JsonElement template, string resource) => Field(resource) is not var (kind, name)
        ? resource is "pods" or "count/pods" ? 1 : null
        : Math.Max(
            template.ItemsAt("spec", "containers").Sum(container => Amount(container, kind, name) ?? 0),
            template.ItemsAt("spec", "initContainers").Select(container => Amount(container, kind, name) ?? 0).DefaultIfEmpty().Max());

    /// <summary>The containers that do not say how much they take of it, though the quota wants each to.</summary>
    public static IEnumerable<string> Undeclared(JsonElement template, string resource) =>
        Field(resource) is not var (kind, name) || name is not ("cpu" or "memory")
        ? []
        : template.ItemsAt("spec", "containers").Concat(template.ItemsAt("spec", "initContainers"))
            .Where(container => Amount(container, kind, name) is null)
            .Select(container => ShownValue.Name(container.TextAt("name")));

    private static (string Kind, string Name)? Field(string resource) => resource switch
    {
        "cpu" or "memory" => ("requests", resource),
        _ when resource.StartsWith("requests.", StringComparison.Ordinal) && resource != "requests.storage" =>
            ("requests", resource["requests.".Length..]),
        _ when resource.StartsWith("limits.", StringComparison.Ordinal) => ("limits", resource["limits.".Length..]),
        _ => null,
    };

    private static decimal? Amount(JsonElement container, string kind, string name) =>
        Quantity.Of(container.TextAt("resources", kind, name))
            ?? (kind == "requests" ? Quantity.Of(container.TextAt("resources", "limits", name)) : null);
}
