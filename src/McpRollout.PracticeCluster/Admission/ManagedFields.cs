using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>Who wrote which fields, and when: what later answers "who changed this template".</summary>
internal static class ManagedFields
{
    public static void Record(ResourceType type, JsonObject? before, JsonObject after, string manager, string subresource, string time)
    {
        var (old, now) = (Writable(before), Writable(after));
        var (changed, removed) = (FieldSet.Changed(old, now, type), FieldSet.Removed(old, now, type));
        var managers = before.Object("metadata").Array("managedFields")?.DeepClone() as JsonArray ?? [];
        var own = managers.OfType<JsonObject>().FirstOrDefault(entry => Is(entry, manager, subresource));
        foreach (var entry in managers.OfType<JsonObject>())
        {
            FieldSet.Subtract(entry.Ensure("fieldsV1"), removed);
            if (entry != own) FieldSet.Subtract(entry.Ensure("fieldsV1"), changed);
        }
        if (changed.Count > 0)
        {
            if (own is null) managers.Add((JsonNode)(own = NewEntry(type, manager, subresource)));
            own["time"] = time;
            FieldSet.Add(own.Ensure("fieldsV1"), changed);
        }
        foreach (var spent in managers.OfType<JsonObject>().Where(entry => entry.Ensure("fieldsV1").Count == 0).ToArray())
            managers.Remove(spent);
        if (managers.Count > 0) after.Metadata()["managedFields"] = managers;
    }

    private static bool Is(JsonObject entry, string manager, string subresource) =>
        entry.Text("manager") == manager && entry.Text("operation") == "Update" && (entry.Text("subresource") ?? "") == subresource;

    private static JsonObject NewEntry(ResourceType type, string manager, string subresource)
    {
        var entry = new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = "Update",
            ["apiVersion"] = type.ApiVersion,
            ["time"] = null,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = new JsonObject(),
        };
        if (subresource.Length > 0) entry["subresource"] = subresource;
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
