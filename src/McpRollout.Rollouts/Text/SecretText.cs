using System.Text.RegularExpressions;

namespace McpRollout.Rollouts.Text;

/// <summary>Finds credentials in text that people and programs wrote. It guesses, and where in doubt it masks.</summary>
internal static partial class SecretText
{
    public const string Stars = "***";

    // Longer text is cut before it is searched: nobody reads it, and the time it takes stays bounded.
    private const int SearchedLength = 8192;

    private const string SecretWords =
        "password|passwd|passphrase|pwd|secret|token|credential|authorization|cookie" +
        "|(?:api|access|private|signing|encryption|master|account|shared|service)[-_.]?key|connection[-_.]?string" +
        "|(?:require|master|db|user|root|admin|smtp|redis|mysql|pg)(?:pass|auth)(?![a-z])" +
        @"|(?<![a-z])(?:pass|auth|dsn|sas|key)(?![a-z])";

    // --token-file, secret-name: the value says where the secret is, not what it is.
    private const string NoPlace = @"(?![\w.-]{0,32}?(?:file|path|dir|name|ttl|timeout)s?(?![a-z]))";

    // Every pattern is bounded, and starts where a run of characters starts: annotations are written by strangers.
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>
    /// Masks what looks like a credential in free text: <c>--token=...</c>, <c>password: ...</c>, <c>user:pass@</c> in a URL, bearer and
    /// basic credentials, JWTs, private keys, keys of well-known services, long random text. Commit and image digests stay.
    /// </summary>
    public static string Mask(string text) => Opaque().Replace(MaskMarked(text), static match => MaskOpaque(match, keepCommits: true));

    /// <summary>As <see cref="Mask"/>, for the items of a command line, where the value may be the item after its name.</summary>
    public static IReadOnlyList<string> MaskArguments(IReadOnlyList<string> arguments)
    {
        var masked = new List<string>(arguments.Count);
        foreach (var argument in arguments)
        {
            var named = masked.Count > 0 && SecretFlag().IsMatch(arguments[masked.Count - 1]) && !argument.StartsWith('-');
            masked.Add(named ? Stars : Opaque().Replace(MaskMarked(argument), static match => MaskOpaque(match, keepCommits: false)));
        }

        return masked;
    }

    /// <summary>
    /// Masks only what says of itself that it is a credential, not random text, which in a pod template is mostly a digest.
    /// </summary>
    public static string MaskMarked(string text)
    {
        if (text.Length > SearchedLength)
            text = text[..SearchedLength] + "…";

        text = PrivateKey().Replace(text, Stars);
        text = UserInfo().Replace(text, "${user}:" + Stars + "@");
        text = LongUser().Replace(text, Stars + "@");
        text = Scheme().Replace(text, "${scheme} " + Stars);
        text = Assignment().Replace(text, "${key}${sign}" + Stars);
        text = Flag().Replace(text, "${key}${space}" + Stars);
        return KnownToken().Replace(text, Stars);
    }

    /// <summary>Whether a name (of a variable, an annotation, a header) says that its value is a secret.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    private static string MaskOpaque(Match match, bool keepCommits)
    {
        var value = match.Value;
        var isHex = value.All(char.IsAsciiHexDigit);
        var digits = value.Count(char.IsAsciiDigit);
        var mixed = digits >= 2 && value.Any(char.IsAsciiLetterUpper) && value.Any(char.IsAsciiLetterLower);
        var random = isHex || digits >= 4 && digits < value.Length || mixed;
        return !random || (keepCommits && isHex && value.Length == 40) ? value : Stars;
    }

    [GeneratedRegex("(?:" + SecretWords + ")" + NoPlace, Options)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^--?[\w.-]{0,64}?(?:" + SecretWords + ")" + NoPlace + @"[\w.-]{0,64}$", Options)]
    private static partial Regex SecretFlag();

    // "authorization: server message" is what registries say of a pull that was denied.
    [GeneratedRegex(
        @"(?<![\w.-])(?<key>[""']?[\w.-]{0,96}?(?:" + SecretWords + ")" + NoPlace + @"[\w.-]{0,48}[""']?)(?<sign>\s{0,3}[=:]\s{0,3})"
            + @"(?!\*\*\*|server message)(?:""[^""\r\n]*""?|'[^'\r\n]*'?|[^\s;&]+)",
        Options)]
    private static partial Regex Assignment();

    [GeneratedRegex(
        @"(?<=^|\s)(?<key>--?[\w.-]{0,64}?(?:" + SecretWords + ")" + NoPlace + @"[\w.-]{0,32})(?<space>\s{1,3})(?!-)\S+",
        Options)]
    private static partial Regex Flag();

    [GeneratedRegex(@"(?<user>://[^\s/@:]{0,128}):[^\s@]{1,512}@", Options)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<=://)[^\s/@:]{20,256}@", Options)]
    private static partial Regex LongUser();

    [GeneratedRegex(@"\b(?<scheme>bearer|basic)\s{1,3}[\w.~+/=-]{16,}", Options)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"-----BEGIN [^-]{1,40}-----[\s\S]*?(?:-----END [^-]{1,40}-----|\z)", Options)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(
        @"\beyJ[\w-]{8,1024}\.[\w-]{4,}(?:\.[\w-]*)?|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}" +
        @"|\bglpat-[\w-]{16,}|\bxox[abeprs]-[\w-]{10,}|\bsk[-_][\w-]{20,}|\bAIza[\w-]{30,}",
        RegexOptions.CultureInvariant)]
    private static partial Regex KnownToken();

    [GeneratedRegex(@"(?<!sha(?:256|384|512):)(?<![A-Za-z0-9+])[A-Za-z0-9+]{32,}={0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();
}
