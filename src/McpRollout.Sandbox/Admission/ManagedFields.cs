using System.Text.Json.Nodes;
using McpRollout.Sandbox.Objects;

namespace McpRollout.Sandbox.Admission;

/// <summary>Who wrote which fields, and when: what later answers "who changed this template".</summary>
internal static class ManagedFields
{
    public static void Record(ResourceType type, JsonObject? before, JsonObject after, string manager, string subresource, string now)
    {
        var changed = FieldSet.Changed(Writable(before), Writable(after), type);
        var managers = before.Object("metadata").Array("managedFields")?.DeepClone() as JsonArray ?? [];
        if (changed.Count > 0)
        {
            var own = managers.OfType<JsonObject>().FirstOrDefault(entry => Is(entry, manager, subresource));
            foreach (var other in managers.OfType<JsonObject>().Where(entry => entry != own))
                FieldSet.Subtract(other.Ensure("fieldsV1"), changed);
            if (own is null) managers.Add((JsonNode)(own = NewEntry(type, manager, subresource)));
            own["time"] = now;
            FieldSet.Add(own.Ensure("fieldsV1"), changed);
            foreach (var spent in managers.OfType<JsonObject>().Where(entry => entry.Ensure("fieldsV1").Count == 0).ToArray()) managers.Remove(spent);
        }
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
            writable[key] = key == "metadata" ? Metadata((JsonObject)child!) : child?.DeepClone();
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
