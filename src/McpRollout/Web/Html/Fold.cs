namespace McpRollout.Web.Html;

/// <summary>Lists that stay readable when they are long.</summary>
internal static class Fold
{
    /// <summary>The first items, and the rest behind a count; nothing where there are none.</summary>
    public static Markup List(string kind, IReadOnlyList<Markup> items, int unfolded, string more)
    {
        if (items.Count == 0)
            return Markup.Empty;

        // A fold that hides one line takes as much room as the line.
        if (items.Count <= unfolded + 1)
            return $"""<ul class="{kind}">{items}</ul>""";
        return
            $"""
            <ul class="{kind}">{items.Take(unfolded)}</ul>
            <details><summary>{items.Count - unfolded} {more}</summary><ul class="{kind}">{items.Skip(unfolded)}</ul></details>
            """;
    }
}
