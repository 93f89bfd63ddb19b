using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>Who wrote which fields, and when: what later answers "who changed this template".</summary>
internal static class ManagedFields
{
    public static void Record(ResourceType type, JsonObject? before, JsonObject after, WriteOptions options, string time)
    {
        var (changed, removed) = (Changed(type, before, after), FieldSet.Removed(Writable(before), Writable(after), type));
        var managers = after.Object("metadata").Array("managedFields")?.DeepClone() as JsonArray ?? [];
        var own = managers.OfType<JsonObject>().FirstOrDefault(entry => Is(entry, options));
        foreach (var entry in managers.OfType<JsonObject>())
        {
            FieldSet.Subtract(entry.Ensure("fieldsV1"), removed);
            if (entry != own) FieldSet.Subtract(entry.Ensure("fieldsV1"), changed);
        }
        if (changed.Count > 0 || options.Applied is not null)
        {
            if (own is null) managers.Add((JsonNode)(own = NewEntry(type, options)));
            own["time"] = time;
            if (options.Applied is { } applied) own["fieldsV1"] = applied.Clone();
            else FieldSet.Add(own.Ensure("fieldsV1"), changed);
        }
        foreach (var spent in managers.OfType<JsonObject>().Where(entry => entry.Ensure("fieldsV1").Count == 0).ToArray())
            managers.Remove(spent);
        if (managers.Count > 0) after.Metadata()["managedFields"] = managers;
    }

    /// <summary>The fields that somebody can own, and that a write changed.</summary>
    public static JsonObject Changed(ResourceType type, JsonObject? before, JsonObject after) =>
        FieldSet.Changed(Writable(before), Writable(after), type);

    /// <summary>The fields of a server-side apply. It owns no map of its own, but each item of a list.</summary>
    public static JsonObject Wished(ResourceType type, JsonObject wish)
    {
        var fields = Changed(type, null, wish);
        Undot(fields);
        return fields;

        static void Undot(JsonObject set)
        {
            foreach (var (key, child) in set)
            {
                if (child is not JsonObject members) continue;
                if (key[0] == 'f') members.Remove(".");
                Undot(members);
            }
        }
    }

    /// <summary>Whether nothing would change hands.</summary>
    public static bool AreSettled(JsonObject value, WriteOptions options) => options.Applied is null
        || Entries(value).Any(entry => Is(entry, options) && JsonNode.DeepEquals(entry["fieldsV1"], options.Applied));

    public static IEnumerable<JsonObject> Entries(JsonObject value) =>
        value.Object("metadata").Array("managedFields")?.OfType<JsonObject>() ?? [];

    public static bool Is(JsonObject entry, WriteOptions options) =>
        entry.Text("manager") == options.Manager
        && entry.Text("operation") == options.Operation
        && (entry.Text("subresource") ?? "") == options.Subresource;

    private static JsonObject NewEntry(ResourceType type, WriteOptions options)
    {
        var entry = new JsonObject
        {
            ["manager"] = options.Manager,
            ["operation"] = options.Operation,
            ["apiVersion"] = type.ApiVersion,
            ["time"] = null,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = new JsonObject(),
        };
        if (options.Subresource.Length > 0) entry["subresource"] = options.Subresource;
        return entry;
    }

    private static JsonObject Writable(JsonObject? value)
    {
        var writable = new JsonObject();
        foreach (var (key, child) in value ?? [])
        {
            if (key is "apiVersion" or "kind") continue;
            if (key != "metadata") writable[key] = child?.DeepClone();
            else if (Metadata((JsonObject)child!) is { Count: > 0 } metadata) writable[key] = metadata;
        }
        return writable;
    }

    private static JsonObject Metadata(JsonObject metadata)
    {
        var writable = new JsonObject();
        foreach (var key in new[] { "annotations", "labels", "ownerReferences", "finalizers", "generateName" })
        {
            if (metadata[key] is { } child) writable[key] = child.DeepClone();
        }
        return writable;
    }
}
