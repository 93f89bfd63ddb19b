namespace McpRollout.Rollouts.Text;

/// <summary>Times as lines for people and models show them.</summary>
internal static class TimeText
{
    /// <summary>A moment to the minute, in UTC: <c>2026-11-22 06:40Z</c>.</summary>
    public static string Of(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>A moment to the second, in UTC: <c>2026-11-22 06:40:59Z</c>.</summary>
    public static string ToTheSecond(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long something took, in its two largest units: <c>9 d 4 h</c>.</summary>
    public static string Of(TimeSpan length) =>
        length.TotalDays >= 1 ? Units(length.Days, "d", length.Hours, "h")
        : length.TotalHours >= 1 ? Units(length.Hours, "h", length.Minutes, "min")
        : length.TotalMinutes >= 1 ? Units(length.Minutes, "min", 0, "")
        : Units(Math.Max(0, length.Seconds), "s", 0, "");

    /// <summary>The smallest difference that <see cref="Of(TimeSpan)"/> shows for such a length.</summary>
    public static TimeSpan Precision(TimeSpan length) =>
        TimeSpan.FromSeconds(length.TotalDays >= 1 ? 3600 : length.TotalMinutes >= 1 ? 60 : 1);

    private static string Units(int large, string unit, int small, string smallUnit) => small == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{large} {unit}")
        : string.Create(CultureInfo.InvariantCulture, $"{large} {unit} {small} {smallUnit}");
}
