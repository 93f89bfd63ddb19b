using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Policies;

/// <summary>A time in which undo is refused, or needs a member of a group among its approvers, as <see cref="FreezeOptions"/> says it. All
/// times are local to its zone.</summary>
internal sealed record Freeze
{
    // Windows that follow upon each other are one freeze; beyond this many, when it ends is no news.
    private const int LongestChain = 14;

    public required string Name { get; init; }
    public required string TimeZone { get; init; }

    /// <summary>The days on which it begins; empty for one that does not come again.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = [];

    public TimeOnly From { get; init; }
    public TimeOnly Until { get; init; }
    public DateTime? Starts { get; init; }
    public DateTime? Ends { get; init; }

    /// <summary>The group of which a member can approve meanwhile; null if nobody can.</summary>
    public string? ExceptGroup { get; init; }

    /// <summary>
    /// The end of the freeze that is in force at this moment; null if none is. Where clocks are put back it begins with the first and ends
    /// with the last of two equal times. On a machine that does not know the zone it is in force.
    /// </summary>
    public DateTimeOffset? EndIfInForce(DateTimeOffset now)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone))
            return DateTimeOffset.MaxValue;
        var end = EndOfWindow(now, zone);
        for (var window = 1; end is not null && window < LongestChain && EndOfWindow(end.Value, zone) is { } later; window++)
            end = later;
        return end;
    }

    private DateTimeOffset? EndOfWindow(DateTimeOffset now, TimeZoneInfo zone)
    {
        foreach (var (from, until) in Windows(ZonedTime.Local(now, zone).Date))
        {
            if (ZonedTime.Moments(from, zone).First <= now && ZonedTime.Moments(until, zone).Last is var end && now < end)
                return end;
        }

        return null;
    }

    private IEnumerable<(DateTime From, DateTime Until)> Windows(DateTime today)
    {
        if (Starts is { } starts && Ends is { } ends)
            return [(starts, ends)];
        var nextDay = Until <= From ? TimeSpan.FromDays(1) : TimeSpan.Zero;
        return new[] { today.AddDays(-1), today, today.AddDays(1) }
            .Where(day => Days.Contains(day.DayOfWeek))
            .Select(day => (day + From.ToTimeSpan(), day + nextDay + Until.ToTimeSpan()));
    }
}

/// <summary>A freeze that is in force.</summary>
/// <param name="Rule">The rule that has it.</param>
/// <param name="Name">The freeze.</param>
/// <param name="Until">When it ends; the greatest possible time if this machine cannot tell.</param>
/// <param name="ExceptGroup">The group of which a member can approve meanwhile; null if nobody can.</param>
/// <param name="TimeZone">The zone in which people think of it.</param>
internal sealed record FreezeInForce(string Rule, string Name, DateTimeOffset Until, string? ExceptGroup, string TimeZone)
{
    /// <summary>When it ends, as people of its zone read it.</summary>
    [JsonIgnore]
    public string UntilText => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone)
        ? $"{ZonedTime.Local(Until, zone):yyyy-MM-dd HH:mm} ({TimeZone})"
        : $"this machine knows the time zone {TimeZone}";

    /// <summary>The freeze and what it means, in a sentence.</summary>
    [JsonIgnore]
    public string Text => $"The freeze '{Name}' of rule '{Rule}' is in force until {UntilText}: "
        + (ExceptGroup is null ? "nothing can be approved." : $"a member of {ExceptGroup} must be among those who approve.");
}
