using System.Text.RegularExpressions;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>What a plugin said on stderr, fit for a sentence.</summary>
internal static partial class PluginErrorText
{
    private const int Longest = 300;

    /// <summary>
    /// Puts it on one line, takes out what it was given in confidence and what looks like a token, and keeps the end, where the cause is.
    /// </summary>
    public static string Tidy(string text, IEnumerable<string> confidential)
    {
        foreach (var secret in confidential.Where(value => value.Length >= 8).OrderByDescending(value => value.Length))
            text = text.Replace(secret, "***", StringComparison.Ordinal);

        text = Unprintable().Replace(TokenLike().Replace(text, "***"), " ").Trim().TrimEnd('.');
        return text.Length <= Longest ? text : "..." + text[^Longest..];
    }

    /// <summary>A JWT, or what follows the words that announce a secret.</summary>
    [GeneratedRegex(
        @"eyJ[\w-]+\.[\w-]+(\.[\w-]*)?|(?<=(bearer|token|password|secret)[""']?\s*[:= ]\s*[""']?)[\w\-.~+/]{16,}=*",
        RegexOptions.IgnoreCase)]
    private static partial Regex TokenLike();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Unprintable();
}
