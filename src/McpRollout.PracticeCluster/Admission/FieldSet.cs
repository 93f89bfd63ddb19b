using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Patching;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>
/// Sets of field paths in the form of <c>FieldsV1</c>: <c>f:name</c> for a field, <c>k:{...}</c> for a list item by its key.
/// </summary>
internal static class FieldSet
{
    // Maps whose keys are anybody's. That one is there at all is a field of its own, ".", as it is for an item of a list.
    private static readonly HashSet<string> OpenMaps = ["labels", "annotations", "data", "binaryData"];

    /// <summary>The fields of <paramref name="after"/> that differ from <paramref name="before"/>.</summary>
    public static JsonObject Changed(JsonObject? before, JsonObject after, ResourceType type)
    {
        var changed = new JsonObject();
        foreach (var (key, value) in after)
        {
            var old = before?[key];
            if (!JsonNode.DeepEquals(old, value) && Of(old, value, key, type) is { } fields) changed[$"f:{key}"] = fields;
        }
        return changed;
    }

    /// <summary>The fields of <paramref name="before"/> that are gone, which are nobody's then.</summary>
    public static JsonObject Removed(JsonObject before, JsonObject after, ResourceType type)
    {
        var removed = new JsonObject();
        foreach (var (key, value) in before)
        {
            if (!after.ContainsKey(key)) removed[$"f:{key}"] = new JsonObject();
            else if (value is JsonObject old && after[key] is JsonObject now && !IsAtomic(key, type))
                Keep(removed, $"f:{key}", Removed(old, now, type));
            else if (value is JsonArray list && after[key] is JsonArray left && MergeKeys.Of(key, type) is { } identity)
                Keep(removed, $"f:{key}", Removed(list, left, identity, type));
        }
        return removed;
    }

    public static void Add(JsonObject set, JsonObject more)
    {
        foreach (var (key, child) in more)
        {
            if (set[key] is JsonObject present) Add(present, (JsonObject)child!);
            else set[key] = child!.DeepClone();
        }
    }

    /// <summary>Takes the leaves of <paramref name="fields"/> out, and what is empty after that.</summary>
    public static void Subtract(JsonObject set, JsonObject fields)
    {
        foreach (var (key, child) in fields)
        {
            if (set[key] is not JsonObject present) continue;
            if (child is JsonObject { Count: > 0 } nested)
            {
                Subtract(present, nested);
                if (present.Count > 0) continue;
            }
            set.Remove(key);
        }
    }

    // Null where nothing but removals happened.
    private static JsonObject? Of(JsonNode? before, JsonNode? after, string field, ResourceType type)
    {
        if (after is JsonObject map && !IsAtomic(field, type))
        {
            var members = Changed(before as JsonObject, map, type);
            if (before is null && OpenMaps.Contains(field)) members.Insert(0, ".", new JsonObject());
            return before is not null && members.Count == 0 ? null : members;
        }
        var key = MergeKeys.Of(field, type);
        if (after is not JsonArray list || key is null) return [];
        var items = new JsonObject();
        foreach (var item in list.OfType<JsonObject>())
        {
            var old = Counterpart(before as JsonArray, key, item);
            if (JsonNode.DeepEquals(old, item)) continue;
            var members = Changed(old, item, type);
            if (old is null) members.Insert(0, ".", new JsonObject());
            if (members.Count > 0) items[Key(key, item)] = members;
        }
        return before is not null && items.Count == 0 ? null : items;
    }

    private static JsonObject Removed(JsonArray before, JsonArray after, string key, ResourceType type)
    {
        var removed = new JsonObject();
        foreach (var item in before.OfType<JsonObject>())
        {
            if (Counterpart(after, key, item) is not { } now) removed[Key(key, item)] = new JsonObject();
            else Keep(removed, Key(key, item), Removed(item, now, type));
        }
        return removed;
    }

    private static void Keep(JsonObject target, string key, JsonObject fields)
    {
        if (fields.Count > 0) target[key] = fields;
    }

    private static JsonObject? Counterpart(JsonArray? list, string key, JsonObject item) =>
        list?.OfType<JsonObject>().FirstOrDefault(candidate => JsonNode.DeepEquals(candidate[key], item[key]));

    private static bool IsAtomic(string field, ResourceType type) =>
        field is "selector" or "nodeSelector" or "securityContext" or "resources"
            || (field == "data" && type == ResourceCatalog.ControllerRevisions);

    private static string Key(string key, JsonObject item)
    {
        var identity = new JsonObject { [key] = item[key]?.DeepClone() };
        if (key == "containerPort") identity["protocol"] = item.Text("protocol") ?? "TCP";
        return $"k:{identity.ToJsonString()}";
    }
}
