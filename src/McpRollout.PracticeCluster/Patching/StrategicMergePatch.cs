using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Patching;

/// <summary>
/// Strategic merge patch, with the directives that kubectl sends: <c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder</c> and
/// <c>$deleteFromPrimitiveList</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string OrderPrefix = "$setElementOrder/";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";

    public static JsonObject Apply(JsonObject target, JsonNode? patch, ResourceType type)
    {
        if (patch is not JsonObject changes) throw new MalformedPatchException("a strategic merge patch is an object");
        return MergeMap(target.Clone(), changes, type) ?? [];
    }

    private static JsonObject? MergeMap(JsonObject target, JsonObject changes, ResourceType type)
    {
        switch (changes.Text("$patch"))
        {
            case "delete":
                return null;
            case "replace":
                var replacement = changes.Clone();
                replacement.Remove("$patch");
                return replacement;
        }
        foreach (var (key, value) in changes)
        {
            if (key.StartsWith(DeletePrefix, StringComparison.Ordinal))
            {
                Drop(target, key[DeletePrefix.Length..], value as JsonArray ?? []);
                continue;
            }
            if (key[0] == '$') continue;
            switch (value)
            {
                case null:
                    target.Remove(key);
                    break;
                case JsonObject nested:
                    if (MergeMap(target[key] as JsonObject is { } present ? present.Clone() : [], nested, type) is { } merged)
                        target[key] = merged;
                    else target.Remove(key);
                    break;
                case JsonArray list:
                    target[key] = MergeList(target[key] as JsonArray ?? [], list, key, type);
                    break;
                default:
                    target[key] = value.DeepClone();
                    break;
            }
        }
        Retain(target, changes);
        foreach (var (key, order) in changes.Where(change => change.Key.StartsWith(OrderPrefix, StringComparison.Ordinal)))
            Reorder(target, key[OrderPrefix.Length..], order as JsonArray ?? [], type);
        return target;
    }

    private static JsonArray MergeList(JsonArray target, JsonArray changes, string field, ResourceType type)
    {
        if (MergeKeys.IsSet(field))
            return Copy(target.Concat(changes.Where(item => !target.Any(known => JsonNode.DeepEquals(known, item)))));
        var key = MergeKeys.Of(field, type);
        if (key is null || changes.Any(item => item is not JsonObject)) return Copy(changes);
        var merged = changes.Any(item => item.Text("$patch") == "replace")
            ? []
            : target.OfType<JsonObject>().Select(item => item.Clone()).ToList();
        foreach (var change in changes.Cast<JsonObject>())
        {
            if (change.Text("$patch") == "replace" && !change.ContainsKey(key)) continue;
            var at = merged.FindIndex(item => JsonNode.DeepEquals(item[key], change[key]));
            var result = MergeMap(at < 0 ? [] : merged[at], change, type);
            if (at >= 0) merged.RemoveAt(at);
            if (result is not null) merged.Insert(at < 0 ? merged.Count : at, result);
        }
        return Copy(merged);
    }

    private static void Drop(JsonObject target, string field, JsonArray values)
    {
        if (target[field] is JsonArray list)
            target[field] = Copy(list.Where(item => !values.Any(value => JsonNode.DeepEquals(value, item))));
    }

    private static void Retain(JsonObject target, JsonObject changes)
    {
        if (changes["$retainKeys"] is not JsonArray kept) return;
        var names = kept.Select(name => name?.GetValue<string>()).ToHashSet();
        foreach (var key in target.Select(member => member.Key).Where(key => !names.Contains(key)).ToArray()) target.Remove(key);
    }

    // Items that the order does not name stay behind the one they followed.
    private static void Reorder(JsonObject target, string field, JsonArray order, ResourceType type)
    {
        if (target[field] is not JsonArray list) return;
        var key = MergeKeys.Of(field, type);
        var positions = new List<(int Position, JsonNode? Item)>();
        var last = -1;
        foreach (var item in list)
        {
            var named = order.ToList()
                .FindIndex(place => JsonNode.DeepEquals(key is null ? place : place?[key], key is null ? item : item?[key]));
            last = named < 0 ? last : named;
            positions.Add((last, item));
        }
        target[field] = Copy(positions.OrderBy(entry => entry.Position).Select(entry => entry.Item));
    }

    private static JsonArray Copy(IEnumerable<JsonNode?> items) =>
        new([.. items.Select(item => item is JsonObject map ? Undirected(map) : item?.DeepClone())]);

    private static JsonObject Undirected(JsonObject item)
    {
        var copy = item.Clone();
        copy.Remove("$patch");
        return copy;
    }
}
