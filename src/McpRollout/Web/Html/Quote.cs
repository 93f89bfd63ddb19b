namespace McpRollout.Web.Html;

/// <summary>Somebody's words, set apart from the page's own so that they cannot pass for them.</summary>
internal static class Quote
{
    /// <summary>The words, one paragraph a line, under a label that says whose they are.</summary>
    public static Markup Of(string label, string words)
    {
        var lines = words.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return $"""<figure class="quote"><figcaption>{label}</figcaption><blockquote>{lines.Select(line => (Markup)$"<p>{line}</p>")}</blockquote></figure>""";
    }
}
