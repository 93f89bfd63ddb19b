using System.Buffers;

namespace McpRollout.Approvals.Approvers;

/// <summary>What names and passphrases may be.</summary>
internal static class Enrolment
{
    private const int LongestName = 64;
    private const int ShortestPassphrase = 8;
    private const int LongestPassphrase = 256;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@");

    /// <summary>What is wrong with a name, with its remedy; null if nothing is.</summary>
    public static string? NameError(string name) =>
        name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? $"A name has 1 to {LongestName} characters out of letters, digits, and . _ - @."
            : null;

    /// <summary>What is wrong with a passphrase, with its remedy; null if nothing is.</summary>
    public static string? PassphraseError(string passphrase) => passphrase.Length is < ShortestPassphrase or > LongestPassphrase
        ? $"A passphrase has {ShortestPassphrase} to {LongestPassphrase} characters; a few unrelated words are good."
        : null;
}
