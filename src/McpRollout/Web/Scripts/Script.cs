using System.Security.Cryptography;

namespace McpRollout.Web.Scripts;

/// <summary>
/// The page's one script, inline. The page's policy allows it by its digest and nothing besides, wherever it may come from. Whoever runs
/// no script reads and decides all the same.
/// </summary>
internal static class Script
{
    // What a part says is literal markup, so nobody's text can get into it. One part knows nothing of another.
    private static readonly Markup Parts = $"{NewsScript.Part}{TimesScript.Part}{PasskeyScript.Part}";

    /// <summary>The element, the last of the body.</summary>
    public static Markup Element { get; } = $"<script>{Parts}</script>";

    /// <summary>The source that <c>script-src</c> names.</summary>
    public static string Source { get; } =
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Parts.ToString())))}'";
}
