using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>Reads <c>metadata.managedFields</c>. See https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers.</summary>
internal static class ManagedFields
{
    /// <summary>The name that our own writes go by.</summary>
    public const string OurManager = "mcp-rollout";

    /// <summary>All writers of an object, with what each wrote, as <c>FieldsV1</c>.</summary>
    public static IEnumerable<(FieldWriter Writer, JsonElement Fields)> WritersOf(JsonElement owner)
    {
        foreach (var entry in owner.ItemsAt("metadata", "managedFields"))
        {
            if (entry.TextAt("manager") is { Length: > 0 } manager && entry.At("fieldsV1") is { ValueKind: JsonValueKind.Object } fields)
                yield return (new FieldWriter(manager, entry.MomentAt("time")), fields);
        }
    }

    /// <summary>
    /// The entries of those who apply the containers of the pod template server-side, and will put their own back: the one with the most
    /// of the template first, and each with its place in the list.
    /// </summary>
    public static IReadOnlyList<(int At, JsonElement Entry)> AppliersOf(Workload workload) =>
    [
        .. workload.Raw.ItemsAt("metadata", "managedFields").Index()
            .Where(each => each.Item.TextAt("operation") == "Apply" && each.Item.TextAt("manager") is { Length: > 0 } manager
                && manager != OurManager && each.Item.At("fieldsV1", "f:spec", "f:template", "f:spec") is not null)
            .OrderByDescending(each => Leaves(each.Item.At("fieldsV1", "f:spec", "f:template") ?? default)),
    ];

    /// <summary>The writers of one field, the latest first.</summary>
    public static IReadOnlyList<FieldWriter> WritersOf(JsonElement owner, params string[] path)
    {
        string[] fields = [.. path.Select(name => $"f:{name}")];
        return Latest(owner, written => written.At(fields) is not null);
    }

    /// <summary>The writers whose fields fit, the latest first; of those of the same moment the one that stands last.</summary>
    public static IReadOnlyList<FieldWriter> Latest(JsonElement owner, Func<JsonElement, bool> fits) =>
        [.. WritersOf(owner).Where(entry => fits(entry.Fields)).Select(entry => entry.Writer).Reverse()
            .OrderByDescending(writer => writer.At)];

    private static int Leaves(JsonElement fields) => fields.ValueKind != JsonValueKind.Object || !fields.EnumerateObject().Any()
        ? 1
        : fields.EnumerateObject().Sum(field => Leaves(field.Value));
}
