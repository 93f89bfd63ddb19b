namespace McpRollout.Rollouts.Text.Masking;

/// <summary>Where a value stands, its quotes among it.</summary>
internal readonly record struct ValueSpan(int Start, int End, bool IsQuoted)
{
    private const int LongestQuoted = 2048;

    /// <summary>The value's text.</summary>
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, End - Start);

    /// <summary>Reads what starts here: to its closing quote, or as far as a word goes.</summary>
    public static ValueSpan Read(SecretSpans spans, int start)
    {
        var text = spans.Text;
        if (text.AsSpan(start).StartsWith(SecretSpans.Stars))
            return new(start, start + SecretSpans.Stars.Length, false);
        var quote = start;
        while (quote < text.Length && text[quote] == '\\')
            quote++;
        if (quote < text.Length && text[quote] is '"' or '\'' or '`')
            return new(start, QuotedEnd(spans, start, quote), true);

        return new(start, spans.RunEnd(RunKind.Value, start, Ends), false);
    }

    private static int QuotedEnd(SecretSpans spans, int start, int quote)
    {
        var text = spans.Text;
        var escapes = quote - start;
        var last = Math.Min(text.Length, quote + LongestQuoted);
        for (var (at, slashes) = (quote + 1, 0); at < last && !IsItemBreak(spans, at); at++)
        {
            if (text[at] == text[quote] && slashes <= escapes && (escapes > 0 || slashes == 0))
                return at + 1;
            slashes = text[at] == '\\' ? slashes + 1 : 0;
        }

        // Nothing closes it: the rest of the line is in doubt.
        var end = quote + 1;
        while (end < last && text[end] is not ('\r' or '\n') && !IsItemBreak(spans, end))
            end++;
        return end;
    }

    private static bool IsItemBreak(SecretSpans spans, int at) => spans.HasItems && spans.IsItemStart(at + 1);

    private static bool Ends(SecretSpans spans, int at)
    {
        var text = spans.Text;
        return spans.IsBreak(at)
            || text[at] is ';' or '&' or '"' or '\'' or '`' or '<' or '|'
            || text[at] == '\\' && at + 1 < text.Length && text[at + 1] is 'n' or '"'
            || text[at] == ',' && EndsAtComma(text, at + 1);
    }

    // helm --set a=1,b=2 and lists in sentences; a comma within a password is part of it.
    private static bool EndsAtComma(string text, int at)
    {
        if (at == text.Length || text[at] is ' ' or '"' or '\'')
            return true;
        var name = at;
        while (name < text.Length && name - at < 64 && SecretName.IsPart(text[name]))
            name++;
        return name > at && name < text.Length && text[name] == '=';
    }
}
