using McpRollout.Rollouts.Changes;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Helm;

/// <summary>Compares the values that were given to a chart, by name only: passwords are given so, too.</summary>
internal static class ValueChanges
{
    private const int DeepestName = 6;

    /// <summary>One line for each value that came, went or changed.</summary>
    public static IEnumerable<string> Between(JsonElement? older, JsonElement? newer) => Compared("", older, newer, DeepestName);

    /// <summary>The names of all that were given.</summary>
    public static IEnumerable<string> Names(JsonElement? values) =>
        Compared("", null, values, DeepestName).Select(line => line["value ".Length..^" added".Length]);

    private static IEnumerable<string> Compared(string path, JsonElement? older, JsonElement? newer, int deeper)
    {
        if (FieldChanges.Same(older, newer))
            return [];
        if (deeper > 0 && IsMapOrAbsent(older) && IsMapOrAbsent(newer))
        {
            var members = FieldChanges.Members(older, newer).ToList();
            if (members.Count > 0)
                return members.SelectMany(each =>
                    Compared($"{path}.{ShownValue.Name(each.Name)}".TrimStart('.'), each.Older, each.Newer, deeper - 1));
        }

        return path.Length == 0 ? [] : [$"value {path} {(older is null ? "added" : newer is null ? "removed" : "changed")}"];
    }

    private static bool IsMapOrAbsent(JsonElement? value) => value is null or { ValueKind: JsonValueKind.Object };
}
