namespace McpRollout.Web.Html;

/// <summary>Where a browser begins to sign in through the company's provider.</summary>
internal static class SignInLink
{
    /// <summary>The address.</summary>
    public const string Path = "/session/provider";

    /// <summary>Of its query: where the person goes on to.</summary>
    public const string Return = "return";

    /// <summary>Of its query: that they are to prove themself anew.</summary>
    public const string Anew = "anew";

    /// <summary>The link, to go on to a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isAnew">Whether the person is to prove themself though the provider knows them still.</param>
    public static string To(string path, bool isAnew = false) =>
        $"{Path}?{Return}={Uri.EscapeDataString(path)}{(isAnew ? $"&{Anew}" : "")}";
}
