namespace McpRollout.Web.Html;

/// <summary>Tells times as people at this server read them; a page shows one moment.</summary>
internal sealed record PageClock(DateTimeOffset Instant, TimeZoneInfo Zone)
{
    public static PageClock Now(TimeProvider time) => new(time.GetUtcNow(), time.LocalTimeZone);

    /// <summary>The time of day with its zone, and the day unless it is today.</summary>
    public Markup At(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, Zone);
        var today = TimeZoneInfo.ConvertTime(Instant, Zone);
        var text = local.ToString(local.Date == today.Date ? "HH:mm:ss" : "ddd d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture);
        var zone = local.Offset == TimeSpan.Zero ? "UTC" : local.ToString("'UTC'zzz", CultureInfo.InvariantCulture);
        return $"""<time datetime="{moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}">{text} {zone}</time>""";
    }

    public string Until(DateTimeOffset moment) => Span(moment - Instant);

    public string Since(DateTimeOffset moment) => Instant - moment < TimeSpan.FromSeconds(5) ? "just now" : $"{Span(Instant - moment)} ago";

    private static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 2 } => $"{Math.Max(0, (int)span.TotalSeconds)} s",
        { TotalHours: < 2 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 2 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} days",
    };
}
