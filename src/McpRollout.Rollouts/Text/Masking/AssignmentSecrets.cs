using System.Buffers;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>Values whose name says what they are: <c>NAME=value</c>, <c>"name": "value"</c>, queries of URLs, headers, elements.</summary>
internal static class AssignmentSecrets
{
    private const int Near = 64;

    private static readonly SearchValues<char> Signs = SearchValues.Create("=:>");

    private static readonly HashSet<string> QueryKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "sig", "signature", "key", "code", "auth", "jwt", "assertion", "x-amz-signature", "x-amz-credential", "x-amz-security-token",
        "x-goog-signature", "x-goog-credential", "subscription-key", "sas", "hmac", "ticket", "session", "sid",
    };

    /// <summary>Finds them.</summary>
    public static void Find(SecretSpans spans)
    {
        var text = spans.Text;
        var announced = -1;
        for (var at = text.AsSpan().IndexOfAny(Signs); at >= 0; at = Next(text, at + 1))
        {
            if (text[at] == '>')
            {
                Element(spans, at);
                continue;
            }

            var name = AssignedName.LeftOf(text, at);
            if (name.Start == name.End || IsOtherSign(text, at))
                continue;
            var value = ValueSpan.Read(spans, Skip(spans, at + 1));
            if (name.In(text) is "value" or "Value" && announced >= 0 && name.Start - announced < Near)
                spans.Add(value.Start, value.End);
            if (name.In(text) is "name" or "key" or "Name" or "Key" && SecretName.Of(value.In(text).Trim("\"'\\")) == NameKind.Secret)
                announced = value.End;
            if (text[at] == '=')
                Equality(spans, name, at);
            else
                ColonSecrets.Find(spans, name, at);
        }
    }

    private static void Equality(SecretSpans spans, AssignedName name, int at)
    {
        var text = spans.Text;
        var (kind, isQuery) = (SecretName.Of(name.In(text)), name.Preceding is '?' or '&' or '#');
        var isApart = name.IsApart || kind == NameKind.Secret && IsSecretAfterSpace(spans, at);
        var value = ValueSpan.Read(spans, isApart ? Skip(spans, at + 1) : at + 1);
        var isKnown = isQuery && QueryKeys.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name.In(text));
        if (isKnown && (value.End - value.Start >= 6 || ValueLook.IsSecret(value.In(text))))
            spans.AddCertain(value.Start, value.End);
        if (kind == NameKind.Doubtful && ValueLook.IsSecret(value.In(text)))
            spans.Add(value.Start, value.End);
        if (kind != NameKind.Secret || name.In(text) is "PWD" && value.In(text) is ['/', ..])
            return;

        // An item of a command line ends at the next: white space in it is the value's.
        var isItem = spans.HasItems && text[name.Start] == '-' && spans.IsItemStart(name.Start);
        spans.Add(value.Start, isItem ? spans.ItemEnd(value.Start) : value.End);
    }

    // PASSWORD= run: nothing is assigned.
    private static bool IsSecretAfterSpace(SecretSpans spans, int at) =>
        Skip(spans, at + 1) is var next && next > at + 1 && ValueLook.IsSecret(ValueSpan.Read(spans, next).In(spans.Text), 4);

    // <password>...</password>
    private static void Element(SecretSpans spans, int at)
    {
        var text = spans.Text;
        var start = SecretName.StartBefore(text, at);
        if (start == 0 || text[start - 1] != '<' || SecretName.Of(text.AsSpan(start, at - start)) != NameKind.Secret)
            return;
        var length = text.AsSpan(at + 1, Math.Min(512, text.Length - at - 1)).IndexOf('<');
        if (length > 0)
            spans.Add(at + 1, at + 1 + length);
    }

    // ==, !=, =>, ://, a::b
    private static bool IsOtherSign(string text, int at)
    {
        var next = at + 1 < text.Length ? text[at + 1] : ' ';
        return text[at] == '='
            ? next is '=' or '>' || text[at - 1] is '=' or '!'
            : next is ':' || next == '/' && at + 2 < text.Length && text[at + 2] == '/' || text[at - 1] == ':';
    }

    private static int Next(string text, int from)
    {
        var next = text.AsSpan(from).IndexOfAny(Signs);
        return next < 0 ? -1 : from + next;
    }

    /// <summary>Passes over blanks, of which nobody writes many.</summary>
    internal static int Skip(SecretSpans spans, int at)
    {
        var end = Math.Min(spans.Text.Length, at + 3);
        while (at < end && spans.Text[at] is ' ' or '\t')
            at++;
        return at;
    }
}
