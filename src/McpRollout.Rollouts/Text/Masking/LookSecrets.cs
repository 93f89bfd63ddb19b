using System.Buffers;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>What is a secret by its look alone: keys in PEM, tokens of well-known services, long random text.</summary>
internal static class LookSecrets
{
    private const int JudgedToken = 128;
    private const int LongestPemLabel = 48;
    private const int ShortestRandom = 32;

    // The prefix, and how many characters follow at least.
    private static readonly (string Prefix, int Shortest)[] Tokens =
    [
        ("AKIA", 16), ("ASIA", 16), ("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20), ("ghr_", 20), ("github_pat_", 20),
        ("glpat-", 16), ("gldt-", 16), ("glrt-", 16), ("xoxa-", 10), ("xoxb-", 10), ("xoxe-", 10), ("xoxp-", 10), ("xoxr-", 10),
        ("xoxs-", 10), ("xapp-", 10), ("sk-", 20), ("sk_", 20), ("rk_live_", 16), ("pk_live_", 16), ("whsec_", 16), ("AIza", 30),
        ("npm_", 30), ("pypi-", 30), ("hvs.", 20), ("hvb.", 20), ("dop_v1_", 30), ("dckr_pat_", 20), ("SG.", 30), ("ya29.", 20),
        ("AGE-SECRET-KEY-", 20), ("sha256~", 20), ("shpat_", 20), ("lin_api_", 20), ("sntrys_", 20), ("glsa_", 20), ("PMAK-", 20),
    ];

    private static readonly SearchValues<char> TokenStarts = SearchValues.Create(Tokens.Select(token => token.Prefix[0]).ToArray());

    private static readonly string[] RandomNeighbours =
        ["sandbox", "container", "containers", "task", "shim", "layer", "snapshot", "blob", "digest", "image", "id", "containerid"];

    /// <summary>Finds keys and known tokens.</summary>
    public static void Find(SecretSpans spans)
    {
        PrivateKeys(spans);
        var text = spans.Text;
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsAsciiLetter(text[at]) || at > 0 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] == '_'))
                continue;
            var run = spans.RunEnd(RunKind.Token, at, IsNoToken);
            var end = Math.Max(JwtEnd(text, at, run), TokenEnd(text, at, run));
            if (end > 0)
            {
                spans.AddCertain(at, end);
                at = end - 1;
            }
            else
            {
                Scheme(spans, at);
            }
        }
    }

    /// <summary>Finds long random words. Digests and names of containers stay, and, where they may, commits.</summary>
    public static void FindRandom(SecretSpans spans, bool keepsCommits)
    {
        var text = spans.Text;
        for (var at = 0; at < text.Length; at++)
        {
            if (!IsRandomPart(text[at]))
                continue;
            var start = at;
            while (at < text.Length && IsRandomPart(text[at]))
                at++;
            var length = at - start;
            if (length < ShortestRandom)
                continue;
            for (var padding = 0; padding < 2 && at < text.Length && text[at] == '='; padding++)
                at++;
            var word = text.AsSpan(start, length);
            var isDigest = IsHex(word) && (length == 40 ? keepsCommits : length is 32 or 64 && IsNamed(spans, start));
            if (IsRandom(word) && !isDigest)
                spans.Add(start, at);
        }
    }

    private static void PrivateKeys(SecretSpans spans)
    {
        const string Begin = "-----BEGIN ";
        var text = spans.Text;
        for (var at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0;)
        {
            var dashes = text.AsSpan(at + Begin.Length, Math.Min(LongestPemLabel, text.Length - at - Begin.Length)).IndexOf("-----");
            var end = at + Begin.Length;
            if (dashes >= 0)
            {
                var item = spans.ItemEnd(at);
                var from = at + Begin.Length + dashes + 5;
                var closing = from >= item ? -1 : text.AsSpan(from, item - from).IndexOf("-----END ");
                var last = closing < 0 ? -1 : text.AsSpan(from + closing + 9, item - from - closing - 9).IndexOf("-----");
                end = last < 0 ? item : from + closing + 9 + last + 5;
                spans.AddCertain(at, end);
            }

            at = text.IndexOf(Begin, end, StringComparison.Ordinal);
        }
    }

    private static int JwtEnd(string text, int at, int dot)
    {
        if (!text.AsSpan(at).StartsWith("eyJ"))
            return 0;
        if (dot - at < 11 || dot >= text.Length || text[dot] != '.')
            return 0;
        var body = End(text, dot + 1);
        if (body - dot < 5)
            return 0;
        return body < text.Length && text[body] == '.' ? End(text, body + 1) : body;
    }

    private static int TokenEnd(string text, int at, int run)
    {
        if (!TokenStarts.Contains(text[at]))
            return 0;
        foreach (var (prefix, shortest) in Tokens)
        {
            if (!text.AsSpan(at).StartsWith(prefix))
                continue;
            var from = at + prefix.Length;
            var end = from < run ? run : End(text, from);
            while (prefix[^1] == '.' && end < text.Length && text[end] == '.' && end > from)
            {
                var next = End(text, end + 1);
                if (next == end + 1)
                    break;
                end = next;
            }

            var isWord = prefix is "sk-" && !text.AsSpan(from, Math.Min(JudgedToken, end - from)).ContainsAnyInRange('0', '9');
            return end - from >= shortest && !isWord ? end : 0;
        }

        return 0;
    }

    private static void Scheme(SecretSpans spans, int at)
    {
        var word = spans.Text.AsSpan(at);
        var length = word.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) ? 7
            : word.StartsWith("basic ", StringComparison.OrdinalIgnoreCase) ? 6 : 0;
        if (length == 0)
            return;
        var start = AssignmentSecrets.Skip(spans, at + length);
        var end = start;
        while (end < spans.Text.Length && IsSchemePart(spans.Text[end]))
            end++;
        if (end - start >= 16)
            spans.AddCertain(start, end);
    }

    private static bool IsRandom(ReadOnlySpan<char> word)
    {
        var (digits, upper, lower) = (0, 0, 0);
        foreach (var unit in word)
            _ = char.IsAsciiDigit(unit) ? digits++ : char.IsAsciiLetterUpper(unit) ? upper++ : lower++;
        return IsHex(word) || digits >= 4 && digits < word.Length || digits >= 2 && upper > 0 && lower > 0;
    }

    // sha256:..., containerd://..., /k8s.io/.../log.json, sandbox "..."
    private static bool IsNamed(SecretSpans spans, int start)
    {
        var text = spans.Text;
        var at = start;
        while (at > 0 && text[at - 1] is '"' or '\'' or ' ' or ':' or '/' or '=')
            at--;
        if (start > 0 && text[start - 1] == '/' && at > 0)
            return true;
        var name = SecretName.StartBefore(text, at);
        return text[name..at].ToLowerInvariant() is var before
            && (before is "sha256" or "containerd" or "docker" || Array.Exists(RandomNeighbours, before.EndsWith));
    }

    private static bool IsHex(ReadOnlySpan<char> word)
    {
        foreach (var unit in word)
        {
            if (!char.IsAsciiHexDigit(unit))
                return false;
        }

        return true;
    }

    private static bool IsSchemePart(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '_' or '.' or '~' or '+' or '/' or '=' or '-';

    private static bool IsRandomPart(char unit) => char.IsAsciiLetterOrDigit(unit) || unit == '+';

    private static int End(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-'))
            at++;
        return at;
    }

    private static bool IsNoToken(SecretSpans spans, int at) =>
        !char.IsAsciiLetterOrDigit(spans.Text[at]) && spans.Text[at] is not ('_' or '-');
}
