using System.Text.Json.Nodes;
using McpRollout.Sandbox.Objects;
using McpRollout.Sandbox.Patching;

namespace McpRollout.Sandbox.Admission;

/// <summary>Sets of field paths in the form of <c>FieldsV1</c>: <c>f:name</c> for a field, <c>k:{...}</c> for a list item by its key.</summary>
internal static class FieldSet
{
    /// <summary>The fields of <paramref name="after"/> that differ from <paramref name="before"/>.</summary>
    public static JsonObject Changed(JsonObject? before, JsonObject after, ResourceType type)
    {
        var changed = new JsonObject();
        foreach (var (key, value) in after)
        {
            var old = before?[key];
            if (JsonNode.DeepEquals(old, value)) continue;
            changed[$"f:{key}"] = Of(old, value, key, type);
        }
        return changed;
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

    private static JsonObject Of(JsonNode? before, JsonNode? after, string field, ResourceType type)
    {
        if (after is JsonObject map && field is not ("selector" or "nodeSelector" or "securityContext" or "resources" or "data")) return Changed(before as JsonObject, map, type);
        var key = MergeKeys.Of(field, type);
        if (after is not JsonArray list || key is null) return [];
        var items = new JsonObject();
        foreach (var item in list.OfType<JsonObject>())
        {
            var old = (before as JsonArray)?.OfType<JsonObject>().FirstOrDefault(candidate => JsonNode.DeepEquals(candidate[key], item[key]));
            if (!JsonNode.DeepEquals(old, item)) items[Key(key, item)] = Changed(old, item, type);
        }
        return items;
    }

    private static string Key(string key, JsonObject item)
    {
        var identity = new JsonObject { [key] = item[key]?.DeepClone() };
        if (key == "containerPort") identity["protocol"] = item.Text("protocol") ?? "TCP";
        return $"k:{identity.ToJsonString()}";
    }
}
