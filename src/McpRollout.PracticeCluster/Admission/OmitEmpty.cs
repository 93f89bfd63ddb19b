using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>
/// Leaves out what a real server's typed objects cannot hold: nulls, empty lists, and empty maps of plain values. Without it a
/// client that sends <c>creationTimestamp: null</c> would seem to change a template.
/// </summary>
internal static class OmitEmpty
{
    private static readonly HashSet<string> PlainMaps =
        ["labels", "annotations", "nodeSelector", "limits", "requests", "matchLabels", "finalizers", "data", "stringData"];

    public static void Apply(ResourceType type, JsonObject value)
    {
        Prune(value.Object("metadata"));
        if (type == ResourceCatalog.Pods || ResourceCatalog.HasPodTemplate(type)) Prune(value.Spec());
    }

    private static void Prune(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) Prune(item);
            return;
        }
        if (node is not JsonObject map) return;
        foreach (var (key, child) in map.ToArray())
        {
            Prune(child);
            if (child is null or JsonArray { Count: 0 } || (child is JsonObject { Count: 0 } && PlainMaps.Contains(key))) map.Remove(key);
        }
    }
}
