using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>Reads <c>metadata.managedFields</c>. See https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers.</summary>
internal static class ManagedFields
{
    /// <summary>All writers of an object, with what each wrote, as <c>FieldsV1</c>.</summary>
    public static IEnumerable<(FieldWriter Writer, JsonElement Fields)> WritersOf(JsonElement owner)
    {
        foreach (var entry in owner.ItemsAt("metadata", "managedFields"))
        {
            if (entry.TextAt("manager") is { Length: > 0 } manager && entry.At("fieldsV1") is { ValueKind: JsonValueKind.Object } fields)
                yield return (new FieldWriter(manager, entry.MomentAt("time")), fields);
        }
    }

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
}
