namespace McpRollout.Rollouts.Text.Masking;

/// <summary>
/// <c>name: value</c>, which prose has too: what follows must be quoted, look like a secret, or be a password alone on its line.
/// </summary>
internal static class ColonSecrets
{
    private const int ShortestPassword = 4;

    private static readonly string[] Schemes =
    [
        "bearer", "basic", "token", "apikey", "negotiate", "digest", "aws4-hmac-sha256", "sharedkey", "sharedaccesssignature", "genie-key",
    ];

    /// <summary>Judges one.</summary>
    public static void Find(SecretSpans spans, AssignedName name, int sign)
    {
        var text = spans.Text;
        if (name.Preceding is '/' or ':' or '@')
            return;
        if (IsHeader(name.In(text), "authorization") || IsHeader(name.In(text), "proxy-authorization"))
            Authorization(spans, name, sign);
        else if (IsHeader(name.In(text), "cookie") || IsHeader(name.In(text), "set-cookie"))
            Cookie(spans, name, sign);
        else
            Other(spans, name, sign);
    }

    private static void Other(SecretSpans spans, AssignedName name, int sign)
    {
        var text = spans.Text;
        var kind = SecretName.Of(name.In(text));
        if (kind == NameKind.Plain)
            return;
        var start = AssignmentSecrets.Skip(spans, sign + 1);
        var value = ValueSpan.Read(spans, start);
        if (IsGivenAsHeader(spans, name))
            spans.AddCertain(start, LineEnd(spans, start));
        else if (kind == NameKind.Secret && value.IsQuoted || ValueLook.IsSecret(value.In(text)))
            spans.Add(value.Start, value.End);
        else if (kind == NameKind.Secret && IsPassword(spans, name, value, start > sign + 1))
            spans.Add(value.Start, value.End);
    }

    private static bool IsPassword(SecretSpans spans, AssignedName name, ValueSpan value, bool isSpaced)
    {
        var text = spans.Text;
        var said = value.In(text);
        if (said.IsEmpty || said[0] is '{' or '[' or '|' or '>' or '/' or '(' || ValueLook.IsStatus(said))
            return false;
        var isNumber = !ValueLook.Trimmed(said).ContainsAnyExceptInRange('0', '9') && said.Length >= ShortestPassword;
        if (name.IsQuoted && isNumber)
            return true;
        var isVariable = name.In(text).Contains('_') && !name.In(text).ContainsAnyInRange('a', 'z');
        if (!SecretName.IsPassword(name.In(text)))
            return isVariable && IsAlone(spans, name, value);
        return isNumber || !isSpaced || ValueLook.IsSecret(said, ShortestPassword) || IsAlone(spans, name, value);
    }

    private static bool IsAlone(SecretSpans spans, AssignedName name, ValueSpan value)
    {
        var (text, start, end) = (spans.Text, name.Start, value.End);
        while (start > 0 && text[start - 1] is ' ' or '-' or '\t')
            start--;
        while (end < text.Length && text[end] is ' ' or ',' or '\t' or '\r')
            end++;
        return (start == 0 || text[start - 1] == '\n' || spans.IsItemStart(start))
            && (end == text.Length || text[end] == '\n' || spans.IsItemStart(end + 1));
    }

    // "authorization: server message" is what registries say of a pull that was denied.
    private static void Authorization(SecretSpans spans, AssignedName name, int sign)
    {
        var text = spans.Text;
        var isGiven = IsGivenAsHeader(spans, name);
        var start = AssignmentSecrets.Skip(spans, sign + 1);
        if (start < text.Length && text[start] is '"' or '\'' or '\\')
        {
            var quoted = ValueSpan.Read(spans, start);
            spans.AddCertain(quoted.Start, quoted.End);
            return;
        }

        var word = WordEnd(spans, start);
        var scheme = text.AsSpan(start, word - start);
        if (Array.Exists(Schemes, known => text.AsSpan(start, word - start).Equals(known, StringComparison.OrdinalIgnoreCase)))
        {
            var next = AssignmentSecrets.Skip(spans, word);
            var isLong = isGiven || scheme.StartsWith("digest", StringComparison.OrdinalIgnoreCase);
            var end = isLong ? LineEnd(spans, next) : WordEnd(spans, next);
            var said = text.AsSpan(next, end - next);
            if (isGiven || said.ContainsAnyExceptInRange('a', 'z') && !ValueLook.IsStatus(said))
                spans.AddCertain(next, end);
        }
        else if (isGiven || ValueLook.IsSecret(scheme))
        {
            spans.AddCertain(start, isGiven ? LineEnd(spans, start) : word);
        }
    }

    private static void Cookie(SecretSpans spans, AssignedName name, int sign)
    {
        var start = AssignmentSecrets.Skip(spans, sign + 1);
        var end = LineEnd(spans, start);
        if (IsGivenAsHeader(spans, name) || spans.Text.AsSpan(start, Math.Min(512, end - start)).Contains('='))
            spans.AddCertain(start, end);
    }

    // curl -H 'X-Api-Key: ...', --header="..."
    private static bool IsGivenAsHeader(SecretSpans spans, AssignedName name)
    {
        var text = spans.Text;
        if (name.IsQuoted || name.Start == 0 || !spans.IsItemStart(name.Start) && text[name.Start - 1] is not ('"' or '\''))
            return false;
        var before = text.AsSpan(0, name.Start - 1);
        before = before[Math.Max(0, before.Length - 16)..].TrimEnd(" =\\");
        return before.EndsWith("-H") || before.EndsWith("--header") || before.EndsWith("--http-header");
    }

    private static bool IsHeader(ReadOnlySpan<char> name, string header) => name.Equals(header, StringComparison.OrdinalIgnoreCase);

    private static int WordEnd(SecretSpans spans, int at) => spans.RunEnd(RunKind.Word, at,
        static (spans, at) => spans.IsBreak(at) || spans.Text[at] is '"' or '\'' or '`' or '\\');

    private static int LineEnd(SecretSpans spans, int at) => spans.RunEnd(RunKind.Line, at,
        static (spans, at) => spans.Text[at] is '"' or '\'' or '`' or '\\' or '\r' or '\n' || spans.HasItems && spans.IsItemStart(at + 1));
}
