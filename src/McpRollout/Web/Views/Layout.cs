namespace McpRollout.Web.Views;

/// <summary>What all pages share.</summary>
internal static class Layout
{
    /// <summary>A whole document.</summary>
    /// <param name="title">The window's title.</param>
    /// <param name="tone">The colour of the moment, for the window's icon too.</param>
    /// <param name="content">Everything inside <c>main</c>.</param>
    /// <param name="isHome">Whether this is the inbox, which needs no way to itself.</param>
    /// <param name="follow">The page's own address, where there may be news of it; null where nothing more will happen.</param>
    /// <param name="seen">What of it is shown; see <see cref="PageNews.Mark"/>.</param>
    /// <param name="refresh">After how many seconds a browser without scripts loads it again; null where somebody might be typing.</param>
    /// <param name="reader">Who is signed in, with the way out; null where nobody is.</param>
    /// <param name="forward">Where the browser goes on to by itself; null: nowhere.</param>
    public static Markup Document(
        string title,
        BannerSeverity tone,
        Markup content,
        string? follow = null,
        string? seen = null,
        int? refresh = null,
        bool isHome = false,
        string? reader = null,
        string? forward = null) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        {Markup.If(refresh is not null, $"<noscript><meta http-equiv=\"refresh\" content=\"{refresh ?? 0};url={follow}\"></noscript>")}
        {Markup.If(forward is not null, $"<meta http-equiv=\"refresh\" content=\"0;url={forward}\">")}
        <title>{title}</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='3.6' fill='%23{tone.IconColour()}'/%3E%3C/svg%3E">
        <link rel="stylesheet" href="{StyleSheet.Href}">
        </head>
        <body>
        {Markup.If(!isHome || reader is not null, $"<header class=\"top\">{Markup.If(!isHome, $"<a href=\"/\">Rollout approvals</a>")}{SignOut(reader)}</header>")}
        <main{Markup.If(follow is not null, $" data-page=\"{follow}\" data-seen=\"{seen}\"")}>
        {content}
        </main>
        {Script.Element}
        </body>
        </html>

        """;

    /// <summary>For browsers without scripts: the way to stop what loads the page again by itself, or to begin with it; nothing for null,
    /// where nothing does.</summary>
    public static Markup Refreshing(string path, bool? isOn) => isOn switch
    {
        null => Markup.Empty,
        true => $"""<noscript><p class="aside">This page loads itself again. <a href="{path}?still">Stop that</a></p></noscript>""",
        _ => $"""<noscript><p class="aside">This page stays as it is. <a href="{path}">Have it load itself again</a></p></noscript>""",
    };

    /// <summary>The query by which a page stays as it is.</summary>
    public static bool IsStill(HttpRequest request) => request.Query.ContainsKey("still");

    private static Markup SignOut(string? reader) => reader is null
        ? Markup.Empty
        : $"""<form class="sign-out" method="post" action="/session/end"><span>Signed in as <b>{reader}</b></span> <button>Sign out</button></form>""";
}

/// <summary>
/// The colour of a moment; an icon and words always say the same. Quiet: over, nothing happened. Attention: somebody has to look. Busy:
/// under way.
/// </summary>
internal enum BannerSeverity { Quiet, Attention, Busy, Good, Bad }

internal static class Tones
{
    /// <summary>The class in the stylesheet.</summary>
    public static string ToClass(this BannerSeverity tone) => tone.ToString().ToLowerInvariant();

    /// <summary>For the window's icon, which has no stylesheet.</summary>
    public static string IconColour(this BannerSeverity tone) => tone switch
    {
        BannerSeverity.Attention => "d97706",
        BannerSeverity.Busy => "2563eb",
        BannerSeverity.Good => "15803d",
        BannerSeverity.Bad => "dc2626",
        _ => "6b7280",
    };
}
