using System.Globalization;
using McpRollout.Approvals.Policies;

namespace McpRollout.Tests.Broker.Policies;

public class FreezeRules
{
    private const string AllDays = "Sun Mon Tue Wed Thu Fri Sat";

    /// <summary>Days, from, until, zone, now (UTC), and the end of the freeze in force (UTC).</summary>
    public static TheoryData<string, string, string, string, string, string?> Windows => new()
    {
        // Every night, in summer and in winter time.
        { AllDays, "22:00", "06:00", "Europe/Berlin", "2026-07-01T19:59:59", null },
        { AllDays, "22:00", "06:00", "Europe/Berlin", "2026-07-01T20:00:00", "2026-07-02T04:00:00" },
        { AllDays, "22:00", "06:00", "Europe/Berlin", "2026-07-02T03:59:59", "2026-07-02T04:00:00" },
        { AllDays, "22:00", "06:00", "Europe/Berlin", "2026-07-02T04:00:00", null },
        { AllDays, "22:00", "06:00", "Europe/Berlin", "2026-01-15T21:00:00", "2026-01-16T05:00:00" },
        { AllDays, "09:00", "17:30", "Asia/Kolkata", "2026-06-01T03:30:00", "2026-06-01T12:00:00" },
        { AllDays, "09:00", "17:30", "Asia/Kolkata", "2026-06-01T12:00:00", null },

        // A window over midnight belongs to the day on which it begins.
        { "Fri", "22:00", "06:00", "UTC", "2026-06-06T05:00:00", "2026-06-06T06:00:00" },
        { "Fri", "22:00", "06:00", "UTC", "2026-06-05T05:00:00", null },
        { "Fri", "22:00", "06:00", "UTC", "2026-06-06T22:30:00", null },

        // The day is that of the zone.
        { "Sat", "00:00", "00:00", "Asia/Tokyo", "2026-06-05T15:00:00", "2026-06-06T15:00:00" },
        { "Sat", "00:00", "00:00", "America/Los_Angeles", "2026-06-06T06:59:59", null },

        // Whole days that follow upon each other are one freeze.
        { "Sat Sun", "00:00", "00:00", "Europe/Berlin", "2026-06-05T22:00:00", "2026-06-07T22:00:00" },

        // Clocks go forward, 02:00 to 03:00: a skipped time is the moment of the change.
        { AllDays, "02:30", "04:00", "Europe/Berlin", "2026-03-29T00:59:59", null },
        { AllDays, "02:30", "04:00", "Europe/Berlin", "2026-03-29T01:00:00", "2026-03-29T02:00:00" },
        { AllDays, "01:00", "02:30", "Europe/Berlin", "2026-03-29T00:30:00", "2026-03-29T01:00:00" },
        { AllDays, "01:00", "02:30", "Europe/Berlin", "2026-03-29T01:00:00", null },
        { AllDays, "02:10", "02:50", "Europe/Berlin", "2026-03-29T01:00:00", null },

        // Clocks go back, 03:00 to 02:00: from the first of two equal times to the last.
        { AllDays, "02:15", "02:45", "Europe/Berlin", "2026-10-25T00:14:59", null },
        { AllDays, "02:15", "02:45", "Europe/Berlin", "2026-10-25T00:15:00", "2026-10-25T01:45:00" },
        { AllDays, "02:15", "02:45", "Europe/Berlin", "2026-10-25T00:50:00", "2026-10-25T01:45:00" },
        { AllDays, "02:15", "02:45", "Europe/Berlin", "2026-10-25T01:45:00", null },
        { AllDays, "01:00", "02:00", "America/New_York", "2026-11-01T05:00:00", "2026-11-01T07:00:00" },
        { AllDays, "01:00", "02:00", "America/New_York", "2026-11-01T06:59:59", "2026-11-01T07:00:00" },

        // Half an hour only, and a clock change at midnight.
        { AllDays, "01:45", "02:00", "Australia/Lord_Howe", "2026-04-04T15:10:00", "2026-04-04T15:30:00" },
        { "Sun", "00:00", "06:00", "America/Sao_Paulo", "2018-11-04T02:59:59", null },
        { "Sun", "00:00", "06:00", "America/Sao_Paulo", "2018-11-04T03:00:00", "2018-11-04T08:00:00" },

        // A day that was skipped altogether.
        { "Thu", "00:00", "00:00", "Pacific/Apia", "2011-12-30T09:59:59", "2011-12-30T10:00:00" },
        { "Fri", "00:00", "00:00", "Pacific/Apia", "2011-12-30T10:00:00", null },
        { "Sat", "00:00", "00:00", "Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31T10:00:00" },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void AFreezeIsInForceByTheClocksOfItsZone(string days, string from, string until, string zone, string now, string? end)
    {
        var freeze = new Freeze
        {
            Name = "nights",
            TimeZone = zone,
            Days = [.. days.Split(' ')
                .Select(name => Enum.GetValues<DayOfWeek>().Single(day => day.ToString().StartsWith(name, StringComparison.Ordinal)))],
            From = TimeOnly.Parse(from, CultureInfo.InvariantCulture),
            Until = TimeOnly.Parse(until, CultureInfo.InvariantCulture),
        };
        Assert.Equal(end is null ? null : Utc(end), freeze.EndIfInForce(Utc(now)));
    }

    [Theory]
    [InlineData("2026-12-23T16:59:59", null)]
    [InlineData("2026-12-23T17:00:00", "2027-01-04T07:00:00")]
    [InlineData("2027-01-04T07:00:00", null)]
    public void OneThatDoesNotComeAgainIsInForceFromItsStartToItsEnd(string now, string? end)
    {
        var freeze = new Freeze
        {
            Name = "holidays",
            TimeZone = "Europe/Berlin",
            Starts = new DateTime(2026, 12, 23, 18, 0, 0),
            Ends = new DateTime(2027, 1, 4, 8, 0, 0),
        };
        Assert.Equal(end is null ? null : Utc(end), freeze.EndIfInForce(Utc(now)));
    }

    [Fact]
    public void OfAZoneThatThisMachineDoesNotKnowItIsInForce() =>
        Assert.NotNull((AnyTerms.Always with { TimeZone = "Mars/Olympus", Ends = new DateTime(2002, 1, 1) })
            .EndIfInForce(DateTimeOffset.UtcNow));

    private static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
