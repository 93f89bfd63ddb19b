using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>What pods take of a ResourceQuota: their number, and what they request and are limited to.</summary>
internal static class PodUsage
{
    /// <summary>What all pods of a namespace take of a quota's resource; null for a resource that pods do not take.</summary>
    public static decimal? Of(ObjectStore store, string @namespace, string resource) =>
        Of(new JsonObject(), resource) is null
            ? null
            : store.List(ResourceCatalog.Pods, @namespace).Where(IsCounted).Sum(pod => Of(pod, resource) ?? 0);

    /// <summary>What one pod takes of it.</summary>
    public static decimal? Of(JsonObject pod, string resource)
    {
        if (resource is "pods" or "count/pods") return 1;
        return Compute(resource) is var (kind, name)
            ? Math.Max(Amounts(pod, "containers", kind, name).Sum(), Amounts(pod, "initContainers", kind, name).DefaultIfEmpty().Max())
            : null;
    }

    /// <summary>The containers that do not say how much they take, which a quota on it asks of each.</summary>
    public static IEnumerable<string> Silent(JsonObject pod, string resource) => Compute(resource) is var (kind, name)
        ? pod.Spec().Objects("containers").Where(container => container.Object("resources").Object(kind)?[name] is null)
            .Select(container => container.Text("name") ?? "")
        : [];

    public static bool IsMemory(string resource) => resource.EndsWith("memory", StringComparison.Ordinal);

    private static (string Kind, string Name)? Compute(string resource) => resource switch
    {
        "cpu" or "memory" => ("requests", resource),
        "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory" => (resource.Split('.')[0], resource.Split('.')[1]),
        _ => null,
    };

    private static IEnumerable<decimal> Amounts(JsonObject pod, string containers, string kind, string name) =>
        pod.Spec().Objects(containers)
            .Select(container => Quantity.Parse(container.Object("resources").Object(kind)?[name]?.ToString()) ?? 0);

    private static bool IsCounted(JsonObject pod) => pod.Status().Text("phase") is not ("Succeeded" or "Failed");
}
