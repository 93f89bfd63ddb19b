using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Changes;

/// <summary>Compares commands and arguments, with what looks like a credential masked.</summary>
internal static class ArgumentChanges
{
    private const int LinesPerField = 4;

    /// <summary>Says which items came, went or differ; null stands for a list that is not there.</summary>
    /// <param name="lines">Where they are added.</param>
    /// <param name="label">How the list is called.</param>
    /// <param name="older">The list as it was.</param>
    /// <param name="newer">The list as it is.</param>
    /// <param name="commands">The commands, old and new, whose arguments these are; null for a command itself.</param>
    public static void Describe(List<string> lines, string label, JsonElement? older, JsonElement? newer,
        (JsonElement? Older, JsonElement? Newer) commands = default)
    {
        if (FieldChanges.Same(older, newer))
            return;

        var (before, after) = (Items(older, commands.Older), Items(newer, commands.Newer));
        if (before.Count == after.Count)
            DescribePlaces(lines, label, before, after);
        else
            DescribeSets(lines, label, before, after);
    }

    private static void DescribePlaces(List<string> lines, string label, List<Argument> before, List<Argument> after)
    {
        var differing = Enumerable.Range(0, after.Count).Where(place => before[place].Value != after[place].Value).ToList();
        if (differing.Count is 0 or > LinesPerField)
        {
            lines.Add($"{label} changed ({differing.Count} of {after.Count} items)");
            return;
        }

        foreach (var place in differing)
        {
            var (was, now) = (before[place].Shown, after[place].Shown);
            lines.Add(was == now ? $"{label}[{place}] changed ({now})" : $"{label}[{place}] {was} -> {now}");
        }
    }

    private static void DescribeSets(List<string> lines, string label, List<Argument> before, List<Argument> after)
    {
        var gone = Without(before, after);
        var come = Without(after, before);
        if (gone.Count + come.Count is 0 or > LinesPerField)
        {
            lines.Add($"{label} changed ({before.Count} -> {after.Count} items)");
            return;
        }

        lines.AddRange(gone.Select(item => $"{label} {item.Shown} removed"));
        lines.AddRange(come.Select(item => $"{label} {item.Shown} added"));
    }

    private static List<Argument> Without(List<Argument> items, List<Argument> others)
    {
        var rest = others.CountBy(other => other.Value).ToDictionary();
        return [.. items.Where(item => !Take(item.Value))];

        bool Take(string value)
        {
            var left = rest.GetValueOrDefault(value);
            rest[value] = left - 1;
            return left > 0;
        }
    }

    private static List<Argument> Items(JsonElement? list, JsonElement? command)
    {
        var values = Texts(list);
        var masked = SecretText.MaskArguments(values, Texts(command));
        return [.. values.Zip(masked, (value, shown) => new Argument(value, ShownValue.Text(shown)))];
    }

    private static string[] Texts(JsonElement? list) => [.. (list?.ItemsAt() ?? default).Select(item => item.ToString())];

    private readonly record struct Argument(string Value, string Shown);
}
