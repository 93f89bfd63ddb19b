namespace McpRollout.Approvals.Git;

/// <summary>What hosts tell, as people may be shown it; and what they are asked for.</summary>
internal static class GitText
{
    private const int LongestTitle = 120;
    private const int LongestName = 60;
    private const int LongestWords = 200;

    /// <summary>The first line of a commit's message.</summary>
    public static string Title(string? message) => Shown((message ?? "").Split('\n', 2)[0], LongestTitle);

    /// <summary>Whom a commit names.</summary>
    public static string Author(string? name) => Shown(name ?? "", LongestName);

    /// <summary>A host's words.</summary>
    public static string Words(string? message) => VisibleText.Quoted(Shown(message ?? "", LongestWords));

    /// <summary>Whether it is a commit's whole name: it becomes part of an address.</summary>
    public static bool IsCommit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The query for the last commit that changed what an owner brought.</summary>
    public static string CommitsQuery(string reference, OwnerSource.Git source) =>
        $"{reference}={Uri.EscapeDataString(source.Commit)}&per_page=1"
            + (source.Path is { } path ? $"&path={Uri.EscapeDataString(path)}" : "");

    /// <summary>That there is none.</summary>
    public static string NoCommit(OwnerSource.Git source) =>
        $"no commit up to {source.Commit} changed {(source.Path is { } path ? ShownValue.Name(path) : "anything")}";

    private static string Shown(string text, int longest) => VisibleText.Of(SecretText.Mask(text), longest);
}
