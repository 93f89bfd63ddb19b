namespace McpRollout.Web.Views;

/// <summary>Small drawings that say beside the words what colour alone must not.</summary>
internal static class Icon
{
    public static Markup Clock { get; } = Draw($"""<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>""");
    public static Markup Check { get; } = Draw($"""<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16.2 9.5"/>""");
    public static Markup Cross { get; } = Draw($"""<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6m0-6-6 6"/>""");
    public static Markup Warning { get; } = Draw($"""<path d="M12 3.8 2.8 19.6h18.4zM12 10v4.5m0 2.4v.1"/>""");
    public static Markup Info { get; } = Draw($"""<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5m0-9v.1"/>""");
    public static Markup Progress { get; } = Draw($"""<path d="M20.5 12a8.5 8.5 0 1 1-2.6-6.1M20.5 3v4h-4"/>""");
    public static Markup Stop { get; } = Draw($"""<circle cx="12" cy="12" r="9"/><path d="M8 12h8"/>""");

    private static Markup Draw(Markup shape) =>
        $"""<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shape}</svg>""";
}
