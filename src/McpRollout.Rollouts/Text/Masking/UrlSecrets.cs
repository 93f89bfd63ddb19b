using System.Buffers;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>Passwords of URLs and connection strings, and webhooks, whose path is the secret. Queries are assignments.</summary>
internal static class UrlSecrets
{
    private const int Longest = 1024;
    private const int LongestUser = 20;

    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\"'");
    // Who knows what follows these may post there.
    private static readonly (string Host, string Path)[] Webhooks =
    [
        ("hooks.slack.com", "/services/"), ("hooks.slack.com", "/workflows/"), ("hooks.slack.com", "/triggers/"),
        ("discord.com", "/api/webhooks/"), ("discordapp.com", "/api/webhooks/"),
        ("webhook.office.com", "/webhookb2/"), ("outlook.office.com", "/webhook/"), ("outlook.office365.com", "/webhook/"),
        ("api.telegram.org", "/bot"), ("hooks.zapier.com", "/hooks/catch/"), ("maker.ifttt.com", "/with/key/"),
        ("open.feishu.cn", "/hook/"), ("open.larksuite.com", "/hook/"), ("hc-ping.com", "/"),
        ("events.pagerduty.com", "/integration/"), ("alert.victorops.com", "/alert/"),
    ];

    private static readonly string[] AnyonesWebhooks = ["/hooks/", "/hook/", "/webhook/", "/webhooks/"];

    /// <summary>Finds them.</summary>
    public static void Find(SecretSpans spans)
    {
        var text = spans.Text;
        var word = 0;
        for (var at = text.IndexOf("://", StringComparison.Ordinal); at >= 0; at = text.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            if (at + 3 >= word)
                word = WordEnd(spans, at + 3);
            var end = Math.Min(word, at + 3 + Longest);
            var path = text.AsSpan(at + 3, end - at - 3).IndexOfAny('/', '?', '#');
            var authority = path < 0 ? end : at + 3 + path;
            authority = UserInfo(spans, at + 3, authority, end);
            Webhook(spans, at + 3, authority, end);
        }

        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
            WithoutScheme(spans, at);
    }

    private static int WordEnd(SecretSpans spans, int start)
    {
        var end = start;
        while (end < spans.Text.Length && !spans.IsBreak(end) && spans.Text[end] is not ('"' or '\'' or '`' or '<' or '>'))
            end++;
        return end;
    }

    private static int UserInfo(SecretSpans spans, int start, int authority, int end)
    {
        var text = spans.Text.AsSpan();
        var at = text[start..authority].LastIndexOf('@');
        var colon = text[start..authority].IndexOf(':');
        if (at < 0 && colon >= 0 && text[(start + colon + 1)..authority].ContainsAnyExceptInRange('0', '9'))
        {
            // A password with a slash in it, which nobody encoded.
            at = text[start..end].LastIndexOf('@');
            authority = at < 0 ? authority : start + at;
        }

        if (at < 0)
            return authority;
        if (colon >= 0 && colon < at)
            spans.AddCertain(start + colon + 1, start + at);
        else if (at >= LongestUser)
            spans.AddCertain(start, start + at);
        return authority;
    }

    private static void Webhook(SecretSpans spans, int start, int authority, int end)
    {
        var text = spans.Text.AsSpan();
        var host = text[start..authority];
        host = host[(host.LastIndexOf('@') + 1)..];
        var path = text[authority..end];
        foreach (var (known, prefix) in Webhooks)
        {
            if (host.EndsWith(known, StringComparison.OrdinalIgnoreCase) && path.IndexOf(prefix) is >= 0 and var at)
            {
                spans.AddCertain(authority + at + prefix.Length, end);
                return;
            }
        }

        foreach (var prefix in AnyonesWebhooks)
        {
            if (path.IndexOf(prefix) is >= 0 and var at && IsLong(path[(at + prefix.Length)..]))
                spans.AddCertain(authority + at + prefix.Length, end);
        }
    }

    private static bool IsLong(ReadOnlySpan<char> rest)
    {
        foreach (var part in rest.SplitAny('/', '?'))
        {
            if (rest[part].Length >= 16 && ValueLook.IsSecret(rest[part]))
                return true;
        }

        return false;
    }

    // user:password@tcp(host), user:password@host:5432, jdbc:oracle:thin:user/password@host
    private static void WithoutScheme(SecretSpans spans, int at)
    {
        var text = spans.Text.AsSpan();
        var start = at;
        while (start > 0 && at - start < 128 && !spans.IsBreak(start - 1) && text[start - 1] is not ('"' or '\'' or '`' or '=' or '@'))
            start--;
        var user = text[start..at];
        if (user.Contains("://", StringComparison.Ordinal))
            return;
        var thin = user.IndexOf("thin:");
        if (thin >= 0 && user[thin..].IndexOf('/') is >= 0 and var slash)
        {
            spans.AddCertain(start + thin + slash + 1, at);
            return;
        }

        var colon = user.IndexOf(':');
        var server = text[(at + 1)..Math.Min(text.Length, at + 65)];
        var space = server.IndexOfAny(Ends);
        server = space < 0 ? server : server[..space];
        if (colon <= 0 || user[..colon] is "mailto" or "sip" or "acct" || server.StartsWith("sha"))
            return;
        if (server.StartsWith("tcp(") || server.StartsWith("unix(") || server.Contains(':') || ValueLook.IsSecret(user[(colon + 1)..]))
            spans.AddCertain(start + colon + 1, at);
    }
}
