using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Changes;

/// <summary>Compares volumes, matched by name.</summary>
internal static class VolumeChanges
{
    /// <summary>The list <c>spec.volumes</c>.</summary>
    public static void Describe(List<string> lines, JsonElement? older, JsonElement? newer)
    {
        static string Label(JsonElement volume) => $"volume {ShownValue.Name(volume.TextAt("name"))}";
        ListChanges.Describe(
            lines,
            new(
                "volumes",
                volume => volume.TextAt("name") ?? "",
                Label,
                volume => $" ({Source(volume)})",
                (into, before, after) => Compare(into, Label(after), before, after)),
            older,
            newer);
    }

    private static void Compare(List<string> lines, string label, JsonElement older, JsonElement newer)
    {
        var (before, after) = (Source(older), Source(newer));
        if (before != after)
            lines.Add($"{label}: {before} -> {after}");

        var type = Type(newer);
        if (type is null || Type(older) != type)
            return;

        foreach (var (name, was, now) in FieldChanges.Members(older.At(type), newer.At(type)))
        {
            if (before == after || name != ReferenceField(type))
                FieldChanges.Describe(lines, $"{label}: {ShownValue.Name(type)}.{ShownValue.Name(name)}", was, now);
        }
    }

    private static string? ReferenceField(string type) => type switch
    {
        "configMap" => "name",
        "secret" => "secretName",
        "persistentVolumeClaim" => "claimName",
        "hostPath" => "path",
        _ => null,
    };

    private static string? Type(JsonElement volume) =>
        volume.MembersAt().Select(member => member.Name).FirstOrDefault(name => name != "name");

    private static string Source(JsonElement volume) => Type(volume) switch
    {
        "configMap" => $"ConfigMap {ShownValue.Name(volume.TextAt("configMap", "name"))}",
        "secret" => $"Secret {ShownValue.Name(volume.TextAt("secret", "secretName"))}",
        "persistentVolumeClaim" => $"PersistentVolumeClaim {ShownValue.Name(volume.TextAt("persistentVolumeClaim", "claimName"))}",
        "hostPath" => $"hostPath {ShownValue.Text(volume.TextAt("hostPath", "path") ?? "")}",
        { } other => ShownValue.Name(other),
        null => "no source",
    };
}
