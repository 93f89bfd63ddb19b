namespace McpRollout.Mcp.Arguments;

/// <summary>Finds the name that was meant.</summary>
internal static class SimilarName
{
    /// <summary>The nearest of the names, if one is near enough: spelled a little differently, a part of it, or with more around
    /// it.</summary>
    public static string? Nearest(string name, IEnumerable<string> names) =>
        Order(name, names.Where(candidate => IsNear(name, candidate))).FirstOrDefault();

    /// <summary>The names, nearest first.</summary>
    public static IEnumerable<string> Order(string name, IEnumerable<string> names) => names
        .OrderBy(candidate => Distance(Bare(name), Bare(candidate)))
        .ThenBy(candidate => candidate, StringComparer.Ordinal);

    private static bool IsNear(string name, string candidate)
    {
        var (given, known) = (Bare(name), Bare(candidate));
        return Distance(given, known) <= Math.Max(1, Math.Min(given.Length, known.Length) / 4)
            || (Math.Min(given.Length, known.Length) >= 4
                && (known.Contains(given, StringComparison.Ordinal) || given.Contains(known, StringComparison.Ordinal)));
    }

    private static string Bare(string name) => string.Concat(name.Take(64).Where(char.IsLetterOrDigit)).ToLowerInvariant();

    // Levenshtein's, one row at a time.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
