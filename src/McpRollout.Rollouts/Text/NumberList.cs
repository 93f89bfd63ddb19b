namespace McpRollout.Rollouts.Text;

/// <summary>Revision numbers as a sentence lists them.</summary>
internal static class NumberList
{
    private const int Listed = 30;

    /// <summary>The first of them, and how many more there are.</summary>
    public static string Of(IEnumerable<long> numbers)
    {
        var all = numbers.ToList();
        var listed = string.Join(", ", all.Take(Listed));
        return all.Count > Listed ? $"{listed} and {all.Count - Listed} more" : listed;
    }
}
