using McpRollout.Approvals.Approvers;

namespace McpRollout.Approvals.Policies;

/// <summary>Makes freezes of settings, and says all that is wrong with them. Pure but for the machine's time zones.</summary>
internal static class FreezeReading
{
    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly string[] LocalForms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss"];

    /// <summary>The freeze, as far as it can be read.</summary>
    /// <param name="key">The settings' key, for errors.</param>
    /// <param name="options">The settings.</param>
    /// <param name="errors">Where errors go.</param>
    public static Freeze Read(string key, FreezeOptions options, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(options.Name))
            errors.Add($"{key}:Name is missing: people are told of the freeze by it.");
        if (string.IsNullOrWhiteSpace(options.TimeZone))
            errors.Add($"{key}:TimeZone is missing: write the IANA name of the zone that the times are meant in, e.g. Europe/Berlin.");
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
            errors.Add($"{key}:TimeZone is '{options.TimeZone}', which this machine does not know: write an IANA name, e.g. Europe/Berlin "
                + "(in a container the package tzdata brings them).");
        if (options.ExceptGroup is { } group && Enrolment.NameError(group) is { } nameError)
            errors.Add($"{key}:ExceptGroup is '{group}': {nameError}");

        var comesAgain = options.Days.Count > 0 || options.From is not null || options.Until is not null;
        if (comesAgain == (options.Starts is not null || options.Ends is not null))
        {
            errors.Add($"{key} needs either Days, or From and Until (or all three), or Starts and Ends, and not of both kinds; for all "
                + "time write Deny instead.");
            return Named(options);
        }

        return comesAgain ? Recurring(key, options, errors) : Once(key, options, errors);
    }

    private static Freeze Recurring(string key, FreezeOptions options, List<string> errors)
    {
        var days = options.Days.Select(text => Array.FindIndex(DayNames, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        foreach (var (text, day) in options.Days.Zip(days))
        {
            if (day < 0)
                errors.Add($"{key}:Days has '{text}': write Mon, Tue, Wed, Thu, Fri, Sat or Sun.");
        }

        if (options.From is null != options.Until is null)
            errors.Add($"{key} has only one of From and Until: write both, or neither for whole days.");
        else if (options.From is not null && options.From == options.Until)
            errors.Add($"{key}:From and Until are both {options.From}: write different times, or leave both out for whole days.");
        return Named(options) with
        {
            Days = days.Count == 0 ? Enum.GetValues<DayOfWeek>() : [.. days.Where(day => day >= 0).Select(day => (DayOfWeek)day)],
            From = TimeOfDay($"{key}:From", options.From, errors),
            Until = TimeOfDay($"{key}:Until", options.Until, errors),
        };
    }

    private static Freeze Once(string key, FreezeOptions options, List<string> errors)
    {
        var (starts, ends) = (Local($"{key}:Starts", options.Starts, errors), Local($"{key}:Ends", options.Ends, errors));
        if (starts >= ends)
            errors.Add($"{key}:Ends is {options.Ends}, which is not after Starts: correct one of them.");
        return Named(options) with { Starts = starts, Ends = ends };
    }

    private static Freeze Named(FreezeOptions options) => new()
    {
        Name = options.Name ?? "",
        TimeZone = options.TimeZone ?? "",
        ExceptGroup = options.ExceptGroup,
    };

    private static TimeOnly TimeOfDay(string key, string? text, List<string> errors)
    {
        if (!TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && text is not null)
            errors.Add($"{key} is '{text}': write a time of day as HH:MM, e.g. 22:00.");
        return time;
    }

    private static DateTime? Local(string key, string? text, List<string> errors)
    {
        if (DateTime.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            return moment;
        errors.Add(text is null
            ? $"{key} is missing: write a local date and time, e.g. 2026-12-23T18:00."
            : $"{key} is '{text}': write a local date and time without an offset, e.g. 2026-12-23T18:00.");
        return null;
    }
}
