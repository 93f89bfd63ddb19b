using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Undo;

/// <summary>
/// Gives what an undo wrote of the template to the one who applies it server-side. Otherwise their next apply ends in a conflict with us,
/// and what the undo brought back stays for good, since nobody else owns it (docs/decisions/field-ownership.md).
/// </summary>
/// <param name="Owner">Whose fields they become: the one manager that applies the template.</param>
/// <param name="Patch">The JSON Patch of <c>metadata.managedFields</c>, refused by the server if either entry is another one by
/// now.</param>
internal sealed record FieldHandover(string Owner, byte[] Patch)
{
    /// <summary>
    /// What is to be handed over; null where the undo owns nothing of theirs, or not exactly one manager applies the template. Of list
    /// items and maps that others made (a sidecar, a variable that somebody set) the undo keeps what it wrote: as the applier's it would be
    /// taken away by their next apply, a single field out of the middle.
    /// </summary>
    public static FieldHandover? Of(Workload workload)
    {
        var (at, ours) = workload.Raw.ItemsAt("metadata", "managedFields").Index().FirstOrDefault(each =>
            each.Item.TextAt("manager") == ManagedFields.OurManager && each.Item.TextAt("operation") == "Update"
            && each.Item.TextAt("subresource") is null or "" && each.Item.At("fieldsV1", "f:spec", "f:template") is not null);
        if (ours.ValueKind != JsonValueKind.Object || ManagedFields.AppliersOf(workload) is not [var owner]
            || owner.Entry.TextAt("apiVersion") != ours.TextAt("apiVersion"))
            return null;
        var (given, kept) = (JsonObject.Create(owner.Entry.GetProperty("fieldsV1"))!, JsonObject.Create(ours.GetProperty("fieldsV1"))!);
        var (to, from) = (given["f:spec"]!["f:template"]!.AsObject(), kept["f:spec"]!["f:template"]!.AsObject());
        if (!Move(from, to))
            return null;
        if (from.Count == 0)
            kept["f:spec"]!.AsObject().Remove("f:template");
        if (kept["f:spec"]!.AsObject().Count == 0)
            kept.Remove("f:spec");
        return new(
            owner.Entry.TextAt("manager")!,
            UndoPatch.Handover(workload.Uid, (at, ours, kept), (owner.At, owner.Entry, given)));
    }

    // "." is the item itself: who owns that owns the whole of it. A field goes to those who own what it is in, an item only as a whole.
    private static bool Move(JsonObject from, JsonObject to)
    {
        var moved = false;
        foreach (var (name, value) in from.ToList())
        {
            var inner = value!.AsObject();
            if (to[name] is JsonObject known && inner.Count > 0)
            {
                moved |= Move(inner, known);
                if (inner.Count == 0)
                    from.Remove(name);
            }
            else if (to[name] is null && (name.StartsWith("f:", StringComparison.Ordinal) ? IsWhole(inner) : inner.ContainsKey(".")))
            {
                from.Remove(name);
                to[name] = inner;
                moved = true;
            }
        }

        return moved;
    }

    // Whether it has no item of a list that somebody else made.
    private static bool IsWhole(JsonObject fields) => fields.All(field => field.Value is JsonObject inner
        && (field.Key.StartsWith("k:", StringComparison.Ordinal) || field.Key.StartsWith("v:", StringComparison.Ordinal)
            ? inner.Count == 0 || inner.ContainsKey(".")
            : IsWhole(inner)));
}
