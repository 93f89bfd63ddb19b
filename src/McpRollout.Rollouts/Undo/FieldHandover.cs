using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Undo;

/// <summary>
/// Gives what an undo wrote of the template to the one who applies it server-side. Otherwise their next apply ends in a conflict with us,
/// and what the undo brought back stays for good, since nobody else owns it (docs/decisions/field-ownership.md).
/// </summary>
/// <param name="Owner">Whose fields they become: the manager that applies most of the template.</param>
/// <param name="Patch">The JSON Patch of <c>metadata.managedFields</c>, refused by the server if either entry is another one by
/// now.</param>
internal sealed record FieldHandover(string Owner, byte[] Patch)
{
    /// <summary>What is to be handed over; null where the undo owns nothing of the template, or nobody applies it.</summary>
    public static FieldHandover? Of(Workload workload)
    {
        var (at, ours) = workload.Raw.ItemsAt("metadata", "managedFields").Index().FirstOrDefault(each =>
            each.Item.TextAt("manager") == ManagedFields.OurManager && each.Item.TextAt("operation") == "Update"
            && each.Item.TextAt("subresource") is null or "" && each.Item.At("fieldsV1", "f:spec", "f:template") is not null);
        if (ours.ValueKind != JsonValueKind.Object)
            return null;
        var owner = ManagedFields.AppliersOf(workload)
            .FirstOrDefault(each => each.Entry.TextAt("apiVersion") == ours.TextAt("apiVersion"));
        return owner.Entry.ValueKind != JsonValueKind.Object
            ? null
            : new(owner.Entry.TextAt("manager")!, UndoPatch.Handover(workload.Uid, (at, ours), owner, Union(owner.Entry, ours)));
    }

    private static JsonObject Union(JsonElement owner, JsonElement ours)
    {
        var fields = JsonObject.Create(owner.GetProperty("fieldsV1"))!;
        var template = fields["f:spec"]!["f:template"]!.AsObject();
        Add(template, JsonObject.Create(ours.At("fieldsV1", "f:spec", "f:template")!.Value)!);
        return fields;
    }

    private static void Add(JsonObject to, JsonObject fields)
    {
        foreach (var (name, inner) in fields)
        {
            if (to[name] is not JsonObject known)
                to[name] = inner!.DeepClone();
            else
                Add(known, inner!.AsObject());
        }
    }
}
