using System.Globalization;
using System.Text;

namespace McpRollout.Rollouts;

/// <summary>Text of strangers, made so that what is read is what is there.</summary>
internal static class VisibleText
{
    /// <summary>
    /// Writes control, formatting and direction-changing characters, line breaks among them, and halves of surrogate pairs as <c>\u202E</c>:
    /// nothing can reorder, hide or end the text around it. It does not escape HTML.
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

    /// <summary>The same, cut to a length with an ellipsis.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">How many UTF-16 code units at most, the ellipsis among them.</param>
    public static string Of(string text, int limit)
    {
        // Cutting the input first keeps a value of megabytes cheap; the output is never shorter than the input. Of the two units
        // beyond the limit one is left where the other is half of a pair: what is too long is still seen to be.
        var visible = Of(text.Length > limit ? Cut(text, limit + 2) : text);
        return visible.Length > limit ? Cut(visible, limit - 1) + "…" : visible;
    }

    private static string Cut(string text, int length) => length >= text.Length
        ? text
        : text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
