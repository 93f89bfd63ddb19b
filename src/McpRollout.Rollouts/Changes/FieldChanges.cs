using System.Collections.Immutable;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Changes;

/// <summary>Compares values of which nothing is known but that they are JSON, so that no difference stays unsaid.</summary>
internal static class FieldChanges
{
    private const int LinesPerField = 4;

    /// <summary>
    /// Says how a field differs, down to the members that do: <c>resources.limits.memory 256Mi -> 512Mi</c>. A field with many differing
    /// members takes one line. Null stands for a value that is not there.
    /// </summary>
    public static void Describe(List<string> lines, string label, JsonElement? older, JsonElement? newer)
    {
        if (older is { ValueKind: JsonValueKind.Object } && newer is { ValueKind: JsonValueKind.Object })
            DescribeMembers(lines, label, older.Value, newer.Value);
        else if (!Same(older, newer))
            lines.Add(Line(label, older, newer));
    }

    /// <summary>As <see cref="Describe"/>, for each member of an item of a list: <c>port 8080/TCP: name http -> web</c>.</summary>
    public static void DescribeItem(List<string> lines, string label, JsonElement older, JsonElement newer)
    {
        foreach (var (name, before, after) in Members(older, newer))
            Describe(lines, $"{label}: {ShownValue.Name(name)}", before, after);
    }

    /// <summary>Whether two values, or their absence, are equal; the order of members does not matter.</summary>
    public static bool Same(JsonElement? older, JsonElement? newer) =>
        older is { } left && newer is { } right ? JsonElement.DeepEquals(left, right) : older is null && newer is null;

    /// <summary>The members of two objects, the named ones first and in that order, the others by name.</summary>
    public static IEnumerable<(string Name, JsonElement? Older, JsonElement? Newer)> Members(
        JsonElement? older, JsonElement? newer, params string[] first)
    {
        var (before, after) = (ByName(older), ByName(newer));
        var names = before.Keys.Concat(after.Keys).ToImmutableSortedSet(StringComparer.Ordinal);
        return first.Where(names.Contains)
            .Concat(names.Where(name => !first.Contains(name)))
            .Select(name => (name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)));
    }

    // To look for each of them in the object itself takes a time that grows with the square of their number.
    private static Dictionary<string, JsonElement?> ByName(JsonElement? map)
    {
        var members = new Dictionary<string, JsonElement?>(StringComparer.Ordinal);
        foreach (var member in map?.MembersAt() ?? default)
            members[member.Name] = member.Value.At();
        return members;
    }

    private static void DescribeMembers(List<string> lines, string label, JsonElement older, JsonElement newer)
    {
        var differing = new List<(string Path, JsonElement? Older, JsonElement? Newer)>();
        Collect(differing, "", older, newer);
        if (differing.Count <= LinesPerField)
        {
            foreach (var (path, before, after) in differing)
                lines.Add(Line(label + path, before, after));
            return;
        }

        var named = string.Join(", ", differing.Take(2).Select(change => change.Path.TrimStart('.')));
        lines.Add($"{label} changed ({named} and {differing.Count - 2} more)");
    }

    private static void Collect(
        List<(string Path, JsonElement? Older, JsonElement? Newer)> differing, string path, JsonElement older, JsonElement newer)
    {
        foreach (var (name, before, after) in Members(older, newer))
        {
            var inner = $"{path}.{ShownValue.Name(name)}";
            if (before is { ValueKind: JsonValueKind.Object } left && after is { ValueKind: JsonValueKind.Object } right)
                Collect(differing, inner, left, right);
            else if (!Same(before, after))
                differing.Add((inner, before, after));
        }
    }

    private static string Line(string label, JsonElement? older, JsonElement? newer)
    {
        var field = label[(label.LastIndexOfAny(['.', ' ']) + 1)..];
        var before = older is { } left ? ShownValue.Of(field, left) : null;
        var after = newer is { } right ? ShownValue.Of(field, right) : null;
        return (older, newer) switch
        {
            (null, _) => after is null ? $"{label} added" : $"{label} added ({after})",
            (_, null) => before is null ? $"{label} removed" : $"{label} removed (was {before})",
            _ => before is null || after is null || before == after ? $"{label} changed" : $"{label} {before} -> {after}",
        };
    }
}
