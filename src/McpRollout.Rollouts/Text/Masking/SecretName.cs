using System.Buffers;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>What a name says of its value.</summary>
internal enum NameKind
{
    /// <summary>Nothing, or where a secret is, or what it is for.</summary>
    Plain,

    /// <summary>It may be a secret: <c>key</c>, <c>auth</c>.</summary>
    Doubtful,

    /// <summary>It is a secret.</summary>
    Secret,
}

/// <summary>Reads the words of a name: <c>DB_PASSWORD</c>, <c>clientSecret</c>, <c>spring.datasource.password</c>.</summary>
internal static class SecretName
{
    private const int Longest = 128;

    // Most names have none of these, and are not looked at further.
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        ["pass", "pw", "secret", "token", "key", "cred", "auth", "cookie", "psk", "dsn", "sas", "kennwort", "string"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly string[] Endings =
    [
        "password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "pwd", "secret", "token", "apikey", "accesskey",
        "secretkey", "privatekey", "storepass", "keypass", "requirepass", "masterauth", "dbpass", "userpass", "rootpass", "adminpass",
    ];

    private static readonly HashSet<string> Whole =
        ["pw", "pass", "passin", "passout", "psk", "dsn", "sas", "authorization", "cookie", "credential", "credentials", "passwords"];

    // An api key is a secret; a sort key is none.
    private static readonly HashSet<string> BeforeKey =
    [
        "api", "access", "private", "signing", "encryption", "master", "account", "shared", "service", "secret", "session",
        "subscription", "storage", "admin", "auth", "license", "hmac", "jwt", "app", "application", "integration", "routing", "primary",
    ];

    // token-file, secretName, password-min-length: the value says where the secret is, or what it is for, not what it is.
    private static readonly HashSet<string> Aside =
    [
        "file", "files", "path", "paths", "dir", "directory", "name", "names", "ttl", "timeout", "ref", "refs", "reference", "class",
        "type", "types", "mode", "enabled", "required", "disabled", "url", "uri", "endpoint", "host", "port", "policy", "length", "size",
        "count", "limit", "expiry", "expiration", "expires", "age", "seconds", "minutes", "hours", "days", "lifetime", "duration",
        "interval", "issuer", "audience", "audiences", "algorithm", "alg", "method", "methods", "provider", "backend", "store", "manager",
        "version", "format", "rotation", "service", "server", "api", "proxy", "controller", "operator", "reader", "namespace", "mount",
        "scheme", "realm", "review", "created", "updated", "source", "scope", "scopes", "selector", "label", "kind", "field", "stdin",
        "fd", "env", "prompt", "command", "cmd", "helper", "registry", "warning", "reset", "webhook", "client", "cache", "bucket",
        "domain", "user",
    ];

    /// <summary>What the words of a name say.</summary>
    public static NameKind Of(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > Longest || !name.ContainsAny(Hints))
            return NameKind.Plain;

        var words = Words(name);
        if (words.Count == 0 || Aside.Contains(words[^1]) && words.Count > 1)
            return NameKind.Plain;
        if (words is [.., "key", "id"] or [.., "image" or "pull" or "tls", "secret"])
            return NameKind.Plain;
        for (var at = 0; at < words.Count; at++)
        {
            if (Whole.Contains(words[at]) || Array.Exists(Endings, ending => words[at].EndsWith(ending, StringComparison.Ordinal))
                || words[at] is "key" && at > 0 && BeforeKey.Contains(words[at - 1])
                || words[at] is "string" && at > 0 && words[at - 1] is "connection"
                || words[at] is "auth" && at > 0 && words[at - 1] is "redis" or "require" or "master" or "smtp")
                return NameKind.Secret;
        }

        return words[^1] is "key" or "auth" ? NameKind.Doubtful : NameKind.Plain;
    }

    /// <summary>Whether it is a password's name, the value of which may be any word.</summary>
    public static bool IsPassword(ReadOnlySpan<char> name) => Words(name) is { Count: > 0 } words && words[^1] is var last
        && (last is "pw" or "pass" || last.EndsWith("pwd", StringComparison.Ordinal) || last.EndsWith("password", StringComparison.Ordinal)
            || last.EndsWith("passwd", StringComparison.Ordinal) || last.EndsWith("passphrase", StringComparison.Ordinal));

    /// <summary>Whether a name may have this character.</summary>
    public static bool IsPart(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '_' or '-' or '.';

    /// <summary>Where the name starts that ends here.</summary>
    public static int StartBefore(ReadOnlySpan<char> text, int end)
    {
        var start = end;
        while (start > 0 && end - start <= Longest && IsPart(text[start - 1]))
            start--;
        return start;
    }

    private static List<string> Words(ReadOnlySpan<char> name)
    {
        var (words, start) = (new List<string>(), 0);
        for (var at = 0; at <= name.Length; at++)
        {
            var ends = at == name.Length || !char.IsAsciiLetter(name[at]);
            var humps = !ends && at > start && char.IsAsciiLetterUpper(name[at])
                && (char.IsAsciiLetterLower(name[at - 1]) || at + 1 < name.Length && char.IsAsciiLetterLower(name[at + 1]));
            if (!ends && !humps)
                continue;
            if (at > start)
                words.Add(name[start..at].ToString().ToLowerInvariant());
            start = ends ? at + 1 : at;
        }

        return words;
    }
}
