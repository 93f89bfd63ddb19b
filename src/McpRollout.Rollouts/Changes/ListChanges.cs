using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Changes;

/// <summary>Compares lists whose items have a name of their own, so that an inserted item does not shift all the others.</summary>
internal static class ListChanges
{
    /// <summary>How a kind of list reads.</summary>
    /// <param name="Plural">What the list is called when only its order changed.</param>
    /// <param name="Key">What tells items apart.</param>
    /// <param name="Label">How an item is called.</param>
    /// <param name="Describe">What to add about an item that came or went.</param>
    /// <param name="Compare">Says how an item differs.</param>
    internal sealed record Reading(
        string Plural,
        Func<JsonElement, string> Key,
        Func<JsonElement, string> Label,
        Func<JsonElement, string> Describe,
        Action<List<string>, JsonElement, JsonElement> Compare);

    /// <summary>Says which items came, went or differ, in the order of the newer list, and last those that went.</summary>
    public static void Describe(List<string> lines, Reading reading, JsonElement? older, JsonElement? newer)
    {
        if (FieldChanges.Same(older, newer))
            return;

        var (before, after) = (Group(reading, older), Group(reading, newer));
        var count = lines.Count;
        foreach (var (key, items) in after)
            DescribeItem(lines, reading, before.GetValueOrDefault(key), items);

        foreach (var (key, items) in before.Where(gone => !after.ContainsKey(gone.Key)))
            lines.AddRange(items.Select(item => $"{reading.Label(item)} removed"));

        if (lines.Count == count)
            lines.Add($"{reading.Plural} order changed");
    }

    private static void DescribeItem(List<string> lines, Reading reading, List<JsonElement>? before, List<JsonElement> after)
    {
        if (before is null)
            lines.AddRange(after.Select(item => $"{reading.Label(item)} added{reading.Describe(item)}"));
        else if (before.Count == 1 && after.Count == 1)
            DescribePair(lines, reading, before[0], after[0]);
        else if (before.Count != after.Count || before.Zip(after).Any(pair => !FieldChanges.Same(pair.First, pair.Second)))
            lines.Add($"{reading.Label(after[0])} changed");
    }

    private static void DescribePair(List<string> lines, Reading reading, JsonElement older, JsonElement newer)
    {
        if (FieldChanges.Same(older, newer))
            return;

        var count = lines.Count;
        reading.Compare(lines, older, newer);
        if (lines.Count == count)
            lines.Add($"{reading.Label(newer)} changed");
    }

    // The API allows several items of one name in some lists (env among them), so each name has a list of its own.
    private static OrderedDictionary<string, List<JsonElement>> Group(Reading reading, JsonElement? list) => new(
        (list?.ItemsAt() ?? default).GroupBy(reading.Key).Select(same => KeyValuePair.Create(same.Key, same.ToList())),
        StringComparer.Ordinal);
}
