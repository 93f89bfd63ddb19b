namespace McpRollout.Rollouts.Text;

/// <summary>Text of strangers, made so that what is read is what is there.</summary>
internal static class VisibleText
{
    private const int LongestLookedAt = 16 * 1024;

    /// <summary>
    /// Writes control, formatting and direction-changing characters, line breaks among them, and halves of surrogate pairs as
    /// <c>\u202E</c>: nothing can reorder, hide or end the text around it. It does not escape HTML.
    /// </summary>
    public static string Of(string text)
    {
        StringBuilder? visible = null;
        var done = 0;
        for (var i = 0; i < text.Length;)
        {
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            var length = whole ? rune.Utf16SequenceLength : 1;
            if (!whole || IsHidden(rune))
            {
                visible ??= new StringBuilder(text.Length + 16);
                visible.Append(text, done, i - done);
                for (var unit = i; unit < i + length; unit++)
                    visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[unit]:X4}");
                done = i + length;
            }

            i += length;
        }

        return visible is null ? text : visible.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>The same, cut to so many UTF-16 code units, the ellipsis among them.</summary>
    public static string Of(string text, int limit)
    {
        // Cutting the input first keeps a value of megabytes cheap; the output is never shorter than the input. Of the two units
        // beyond the limit one is left where the other is half of a pair: what is too long is still seen to be.
        var visible = Of(text.Length > limit ? Cut(text, limit + 2) : text);
        return visible.Length > limit ? Cut(visible, limit - 1) + "…" : visible;
    }

    /// <summary>The same, cut in the middle: errors of programs say at their end what went wrong.</summary>
    public static string EndsOf(string text, int limit)
    {
        var visible = Of(text.Length > LongestLookedAt ? Cut(text, LongestLookedAt) : text);
        if (visible.Length <= limit)
            return visible;
        var (head, tail) = (Cut(visible, limit / 2), visible[^((limit / 2) - 1)..]);
        return $"{head}…{(char.IsLowSurrogate(tail[0]) ? tail[1..] : tail)}";
    }

    /// <summary>Visible text in double quotes that nothing in it can end.</summary>
    public static string Quoted(string visible) => $"\"{visible.Replace('"', '\'')}\"";

    private static string Cut(string text, int length) => length >= text.Length
        ? text
        : text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
