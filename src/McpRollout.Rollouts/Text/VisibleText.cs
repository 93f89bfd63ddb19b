namespace McpRollout.Rollouts.Text;

/// <summary>Text of strangers, made so that what is read is what is there.</summary>
internal static class VisibleText
{
    private const int LongestLookedAt = 16 * 1024;

    // Some languages need two or three on one letter; a heap of them covers the lines above and below.
    private const int MostMarksInARow = 3;

    /// <summary>
    /// Writes what is not seen as what it is (<see cref="HiddenCharacters"/>), line breaks among it, the fourth and later of combining
    /// marks in a row, and halves of surrogate pairs as <c>\u202E</c>: nothing can reorder, hide, cover or end the text around it. It does
    /// not escape HTML.
    /// </summary>
    public static string Of(string text) => Of(text, keepsLines: false);

    /// <summary>The same, with line breaks as they are: for text whose lines are the program's own, or that stands apart from other
    /// text.</summary>
    public static string Lines(string text) => Of(text, keepsLines: true);

    private static string Of(string text, bool keepsLines)
    {
        StringBuilder? visible = null;
        var (done, marks) = (0, MostMarksInARow);
        for (var i = 0; i < text.Length;)
        {
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            var length = whole ? rune.Utf16SequenceLength : 1;
            var isBreak = keepsLines && IsLineBreak(text, i);

            // A mark stands on what is before it; at the beginning that would be a character of ours.
            marks = isBreak ? MostMarksInARow : whole && HiddenCharacters.IsMark(rune) ? marks + 1 : 0;
            if (!isBreak && (!whole || marks > MostMarksInARow || HiddenCharacters.Contains(rune)))
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

    private static bool IsLineBreak(string text, int at) =>
        text[at] == '\n' || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n');
}
