using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Patching;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>
/// Server-side apply: a manager's whole wish is merged in, what it wished before and no longer does goes, and a field that another manager
/// set to something else is a conflict. See https://kubernetes.io/docs/reference/using-api/server-side-apply/.
/// </summary>
internal static class ServerSideApply
{
    public static JsonObject Merge(ResourceType type, JsonObject before, JsonObject wish, WriteOptions options, bool force)
    {
        var fields = options.Applied!;
        var others = ManagedFields.Entries(before).Where(entry => !ManagedFields.Is(entry, options)).ToArray();
        var own = ManagedFields.Entries(before).FirstOrDefault(entry => ManagedFields.Is(entry, options));
        var dropped = own?.Ensure("fieldsV1").Clone() ?? [];
        FieldSet.Subtract(dropped, fields);
        foreach (var other in others) FieldSet.Subtract(dropped, other.Ensure("fieldsV1"));
        var kept = before.Clone();
        Drop(kept, dropped);
        var after = StrategicMergePatch.Apply(kept, wish, type);
        if (!force)
        {
            var changed = ManagedFields.Changed(type, before, after);
            FieldSet.Subtract(changed, dropped);
            var conflicts = others
                .SelectMany(other => Overlap(other.Ensure("fieldsV1"), changed, "").Select(path => (Manager(other), path)))
                .ToArray();
            if (conflicts.Length > 0) throw ApiErrors.ApplyConflict(conflicts);
        }
        return after;
    }

    private static string Manager(JsonObject entry) => $"\"{entry.Text("manager")}\" using {entry.Text("apiVersion")}";

    private static IEnumerable<string> Overlap(JsonObject owned, JsonObject changed, string path)
    {
        foreach (var (key, child) in changed)
        {
            if (key == "." || owned[key] is not JsonObject both) continue;
            var at = path + (key[0] == 'f' ? $".{key[2..]}" : Item(key));
            if (child is not JsonObject { Count: > 0 } nested || both.Count == 0) yield return at;
            else
            {
                foreach (var found in Overlap(both, nested, at)) yield return found;
            }
        }
    }

    private static string Item(string key) =>
        $"[{string.Join(",", Identity(key).Select(part => $"{part.Key}={part.Value!.ToJsonString()}"))}]";

    private static void Drop(JsonObject target, JsonObject gone)
    {
        foreach (var (key, child) in gone.Where(field => field.Key != "."))
        {
            var (name, fields) = (key[2..], (JsonObject)child!);
            if (fields.Count == 0 || fields.ContainsKey(".")) target.Remove(name);
            else if (target[name] is JsonObject map) Drop(map, fields);
            else if (target[name] is JsonArray list) Drop(list, fields);
        }
    }

    private static void Drop(JsonArray list, JsonObject gone)
    {
        foreach (var (key, child) in gone)
        {
            var identity = Identity(key);
            var item = list.OfType<JsonObject>()
                .FirstOrDefault(item => identity.All(part => JsonNode.DeepEquals(item[part.Key], part.Value)));
            if (item is null) continue;
            if (((JsonObject)child!).ContainsKey(".")) list.Remove(item);
            else Drop(item, (JsonObject)child);
        }
    }

    private static JsonObject Identity(string key) => JsonNode.Parse(key[2..])!.AsObject();
}
