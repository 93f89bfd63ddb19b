namespace McpRollout.Rollouts.Text.Masking;

/// <summary>Image references, told by their structure: https://github.com/distribution/reference.</summary>
internal static class ImageReference
{
    private static readonly string[] CommonTags =
    [
        "latest", "stable", "edge", "main", "master", "dev", "develop", "nightly", "prod", "production", "staging", "test", "alpine",
        "slim", "bookworm", "canary", "beta", "alpha", "debug", "nonroot",
    ];

    /// <summary>Where image references stand in a text, in order.</summary>
    public static List<(int Start, int End)> In(string text)
    {
        var found = new List<(int Start, int End)>();
        for (var at = 0; at < text.Length; at++)
        {
            if (!IsPart(text[at]))
                continue;
            var start = at;
            while (at < text.Length && IsPart(text[at]))
                at++;
            var word = text.AsSpan(start, at - start);
            var scheme = word.IndexOf("://");
            if (scheme >= 0 && word[..scheme] is "docker-pullable" or "docker")
                start += scheme + 3;
            var end = at;
            while (end > start && text[end - 1] is '.' or ':' or '-')
                end--;
            if (end > start && Is(text.AsSpan(start, end - start)))
                found.Add((start, end));
        }

        return found;
    }

    /// <summary>Whether the whole of it is an image reference with a tag or a digest, or with a registry that has a port.</summary>
    public static bool Is(ReadOnlySpan<char> word)
    {
        var digest = word.IndexOf('@');
        if (digest >= 0)
            return IsDigest(word[(digest + 1)..]) && (IsRepository(word[..digest], out _) || Is(word[..digest]));
        var slash = word.LastIndexOf('/');
        var colon = word.LastIndexOf(':');
        if (colon <= slash)
            return slash > 0 && IsRepository(word, out var hasPort) && hasPort;
        var name = word[..colon];
        var tag = word[(colon + 1)..];
        return IsTag(tag) && IsRepository(name, out _) && (slash > 0 || IsPlainTag(name, tag));
    }

    // Without a slash before it, only what can be nothing but a tag: password:hunter2 has the same structure.
    private static bool IsPlainTag(ReadOnlySpan<char> name, ReadOnlySpan<char> tag)
    {
        foreach (var common in CommonTags)
        {
            if (tag.StartsWith(common) && (tag.Length == common.Length || tag[common.Length] is '-' or '.'))
                return true;
        }

        var number = tag[0] == 'v' ? tag[1..] : tag;
        var digits = number.IndexOfAnyExceptInRange('0', '9');
        return number.Length > 0 && (digits < 0
            ? tag[0] == 'v' || SecretName.Of(name) != NameKind.Secret
            : digits > 0 && (number[digits] is '.' or '-'));
    }

    private static bool IsRepository(ReadOnlySpan<char> name, out bool hasPort)
    {
        hasPort = false;
        if (name.Length is 0 or > 255)
            return false;
        for (var first = true; ; first = false)
        {
            var slash = name.IndexOf('/');
            var part = slash < 0 ? name : name[..slash];
            var port = part.IndexOf(':');
            if (port >= 0)
            {
                if (!first || slash < 0 || port + 1 == part.Length || part[(port + 1)..].ContainsAnyExceptInRange('0', '9'))
                    return false;
                hasPort = true;
                part = part[..port];
            }

            if (!IsComponent(part))
                return false;
            if (slash < 0)
                return true;
            name = name[(slash + 1)..];
        }
    }

    private static bool IsComponent(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty || !char.IsAsciiLetterOrDigit(part[0]) || !char.IsAsciiLetterOrDigit(part[^1]))
            return false;
        foreach (var unit in part)
        {
            if (!char.IsAsciiLetterLower(unit) && !char.IsAsciiDigit(unit) && unit is not ('.' or '_' or '-'))
                return false;
        }

        return true;
    }

    private static bool IsTag(ReadOnlySpan<char> tag)
    {
        if (tag.Length is 0 or > 128)
            return false;
        foreach (var unit in tag)
        {
            if (!char.IsAsciiLetterOrDigit(unit) && unit is not ('.' or '_' or '-'))
                return false;
        }

        return tag[0] is not ('.' or '-');
    }

    private static bool IsDigest(ReadOnlySpan<char> digest)
    {
        var colon = digest.IndexOf(':');
        return colon > 0 && digest[..colon] is "sha256" or "sha512" or "sha384" && digest[(colon + 1)..] is { Length: >= 32 } hex
            && IsHex(hex);
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            if (!char.IsAsciiHexDigit(unit))
                return false;
        }

        return true;
    }

    private static bool IsPart(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '_' or '-' or '/' or ':' or '@';
}
