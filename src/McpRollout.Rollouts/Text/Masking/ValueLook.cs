using System.Buffers;

namespace McpRollout.Rollouts.Text.Masking;

/// <summary>What can be told of a value by its look alone.</summary>
internal static class ValueLook
{
    private const int ShortestSecret = 6;
    private const int LongestWord = 20;
    private const int Judged = 512;

    private static readonly HashSet<string> Statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        "incorrect", "required", "expired", "invalid", "wrong", "missing", "denied", "empty", "unset", "none", "null", "nil", "yes", "no",
        "true", "false", "ok", "changed", "rotated", "unknown", "rejected", "redacted", "hidden", "disabled", "enabled", "mismatch",
        "failed", "failure", "not", "is", "was", "are", "has", "flag", "flags", "option", "argument", "parameter", "setting", "or", "and",
        "to", "must", "for", "in", "of", "with", "needs", "from", "the", "a", "an", "on", "at", "by", "value", "page", "file", "error",
        "needed", "given", "set", "sent", "revoked", "unchanged", "correct", "valid", "accepted", "here", "there", "it",
    };

    private static readonly SearchValues<char> Brackets = SearchValues.Create("()[]{}<>");
    private static readonly SearchValues<char> Lists = SearchValues.Create("/:=,()[]");
    private static readonly string[] Terms =
    [
        "oauth", "sha", "x", "ed", "base", "md", "utf", "ipv", "rsa", "aes", "http", "ec", "es", "hs", "rs", "ps", "tls", "ssl", "v",
        "secp", "ecdsa", "p", "pkcs", "argon", "scrypt", "bcrypt", "s", "k", "pbkdf",
    ];

    /// <summary>Whether it only names what holds the value: <c>$(DB_PASSWORD)</c>, <c>${TOKEN}</c>, <c>"$PW"</c>; or is masked.</summary>
    public static bool IsReference(ReadOnlySpan<char> value)
    {
        value = value.Trim("\"'\\`");
        if (value.IsEmpty || value is "true" or "false" or "null" || value.StartsWith(SecretSpans.Stars))
            return true;
        foreach (var part in value.Split(':'))
        {
            if (!IsVariable(value[part]))
                return false;
        }

        return true;
    }

    /// <summary>Whether it says how things are: <c>expired</c>, <c>required</c>.</summary>
    public static bool IsStatus(ReadOnlySpan<char> word) => Statuses.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Trimmed(word));

    /// <summary>Whether it looks as secrets do: letters mixed with digits or signs, and neither a name, a version nor a place.</summary>
    public static bool IsSecret(ReadOnlySpan<char> value, int shortest = ShortestSecret)
    {
        value = Trimmed(value.Length > Judged ? value[..Judged] : value);
        if (value.Length < shortest || value[0] is '/' or '~' or '$' or '<' or '{' or '(' or '['
            || value.Contains("://", StringComparison.Ordinal) || value.Contains(SecretSpans.Stars, StringComparison.Ordinal))
            return false;

        var (lower, upper, digits, joints, signs) = (0, 0, 0, 0, 0);
        foreach (var unit in value)
        {
            _ = char.IsDigit(unit) ? digits++
                : char.IsUpper(unit) ? upper++
                : char.IsLetter(unit) ? lower++
                : "-._/:@,()[]{}<>='\"`\\".Contains(unit) ? joints++
                : signs++;
        }

        var letters = lower + upper;
        if (letters == 0 || IsVersion(value) || IsTerm(value) || Guid.TryParseExact(value, "D", out _) || ImageReference.Is(value))
            return false;
        if (joints == 0)
            return digits + signs > 0 || letters > LongestWord && (upper == 0 || lower == 0);
        if (signs > 0 || value.Contains('@') && digits > 0 && !value[value.IndexOf('@')..].Contains('.'))
            return !value.ContainsAny(Brackets);
        return lower > 0 && upper > 0 && digits > 0 && value.Length >= 8 && !value.ContainsAny(Lists);
    }

    /// <summary>The same without the punctuation of a sentence behind it.</summary>
    public static ReadOnlySpan<char> Trimmed(ReadOnlySpan<char> word) => word.TrimEnd(".,;:!?)\"'`");

    private static bool IsVariable(ReadOnlySpan<char> value)
    {
        if (value is not ['$', ..])
            return false;
        var name = value is ['$', '(', .., ')'] or ['$', '{', .., '}'] ? value[2..^1] : value[1..];
        foreach (var unit in name)
        {
            if (!char.IsAsciiLetterUpper(unit) && !char.IsAsciiDigit(unit) && unit != '_'
                && !(value[1] is '(' or '{' && char.IsAsciiLetterLower(unit)))
                return false;
        }

        return !name.IsEmpty && !char.IsAsciiDigit(name[0]);
    }

    // 2.14.0, v1.33, 1h30m, 10.96.0.7:443, 2026-11-29T07:00:00Z, 512Mi
    private static bool IsVersion(ReadOnlySpan<char> value)
    {
        var number = value[0] is 'v' ? value[1..] : value;
        if (number.IsEmpty || !char.IsAsciiDigit(number[0]))
            return false;
        var run = 0;
        foreach (var unit in number)
        {
            run = char.IsAsciiLetter(unit) ? run + 1 : 0;
            if (run > 2 || !(char.IsAsciiDigit(unit) || "hmsdTZMiGKkBrcynu.:-+%".Contains(unit)))
                return false;
        }

        return true;
    }

    // oauth2, sha256, x509, ed25519: a few letters and then only digits.
    private static bool IsTerm(ReadOnlySpan<char> value)
    {
        var letters = value.IndexOfAnyInRange('0', '9');
        if (letters < 1 || value.Length - letters > 5 || value[letters..].ContainsAnyExceptInRange('0', '9'))
            return false;
        foreach (var term in Terms)
        {
            if (value[..letters].Equals(term, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
