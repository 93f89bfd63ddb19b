namespace McpRollout.Rollouts.Text;

/// <summary>Names as a sentence lists them.</summary>
internal static class NameList
{
    private const int Listed = 8;

    /// <summary>The first of them, and how many more there are.</summary>
    public static string Of(IEnumerable<string> names)
    {
        var all = names.Distinct().ToList();
        return all.Count <= Listed ? string.Join(", ", all) : $"{string.Join(", ", all.Take(Listed))} and {all.Count - Listed} more";
    }
}
