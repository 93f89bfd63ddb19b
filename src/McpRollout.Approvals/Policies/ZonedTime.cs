namespace McpRollout.Approvals.Policies;

/// <summary>Which moments a local time is. Pure; by the zone's offsets alone, so that any change of them counts, not only daylight
/// saving.</summary>
internal static class ZonedTime
{
    // No local time is further from UTC, and no zone changes its offset twice within it.
    private static readonly TimeSpan Reach = TimeSpan.FromHours(15);

    /// <summary>
    /// The first and the last moment at which clocks show this time: the same one but when clocks are put back.
    /// A time that is skipped when clocks are put forward is the moment of the change.
    /// </summary>
    public static (DateTimeOffset First, DateTimeOffset Last) Moments(DateTime local, TimeZoneInfo zone)
    {
        var asUtc = new DateTimeOffset(local, TimeSpan.Zero);
        var (before, after) = (zone.GetUtcOffset(asUtc - Reach), zone.GetUtcOffset(asUtc + Reach));
        DateTimeOffset[] shown = [.. new[] { asUtc - before, asUtc - after }.Where(moment => moment + zone.GetUtcOffset(moment) == asUtc)
            .Order()];
        if (shown is [var first, ..] and [.., var last])
            return (first, last);
        var change = Change(asUtc - Reach, asUtc + Reach, before, zone);
        return (change, change);
    }

    /// <summary>What clocks show at this moment.</summary>
    public static DateTime Local(DateTimeOffset moment, TimeZoneInfo zone) =>
        (moment.ToUniversalTime() + zone.GetUtcOffset(moment)).DateTime;

    private static DateTimeOffset Change(DateTimeOffset early, DateTimeOffset late, TimeSpan before, TimeZoneInfo zone)
    {
        while (late - early > TimeSpan.FromSeconds(1))
        {
            var middle = early + TimeSpan.FromSeconds(Math.Floor((late - early).TotalSeconds / 2));
            if (zone.GetUtcOffset(middle) == before)
                early = middle;
            else
                late = middle;
        }

        return late;
    }
}
