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

        text = Unprintable().Replace(SecretText.Mask(text), " ").Trim().TrimEnd('.');
        return text.Length <= Longest ? text : "..." + text[^Longest..];
    }

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Unprintable();
}
