namespace McpRollout.Mcp.Answers;

/// <summary>A line of a text that may be cut.</summary>
/// <param name="Text">The line.</param>
/// <param name="IsKept">Whether others are cut first.</param>
internal readonly record struct BoundedLine(string Text, bool IsKept = false)
{
    public static implicit operator BoundedLine(string text) => new(text);
}

/// <summary>Text for a model within so many bytes of UTF-8.</summary>
internal static class BoundedText
{
    private const string Rest = "(more in structuredContent)";
    private const int Widest = 220;
    private const int Narrowest = 40;
    private const int Step = 4;

    /// <summary>
    /// The first of the forms that fits. Where none does the longest lines of the last lose their ends, which say the least, those that are
    /// to be kept after the others; of more lines than can be, the last are left out.
    /// </summary>
    public static string Of(int limit, IEnumerable<IReadOnlyList<BoundedLine>> forms)
    {
        IReadOnlyList<BoundedLine> last = [];
        foreach (var form in forms)
        {
            last = form;
            if (Fits(form.Select(line => line.Text), limit) is { } whole)
                return whole;
        }

        foreach (var cutsAll in new[] { false, true })
        {
            for (var width = Widest; width >= Narrowest; width -= Step)
            {
                var cut = last.Select(line => VisibleText.Of(line.Text, line.IsKept && !cutsAll ? Widest : width));
                if (Fits(cut, limit) is { } text)
                    return text;
            }
        }

        var room = limit - SizeOf(Rest);
        return string.Join('\n',
            last.Select(line => VisibleText.Of(line.Text, Narrowest)).TakeWhile(line => (room -= SizeOf(line)) >= 0).Append(Rest));
    }

    private static string? Fits(IEnumerable<string> lines, int limit)
    {
        var text = string.Join('\n', lines);
        return Encoding.UTF8.GetByteCount(text) <= limit ? text : null;
    }

    // With the end of its line.
    private static int SizeOf(string line) => Encoding.UTF8.GetByteCount(line) + 1;
}
