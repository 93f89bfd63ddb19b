namespace McpRollout.Approvals.Requests;

/// <summary>Whether one more request is too many. Pure; asked within the transaction that would store it.</summary>
internal static class RequestLimits
{
    /// <summary>The time over which requests are counted that are no longer open.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The limit that it would be beyond; null if it is within all. The others are all that are open, and all that were made
    /// within <see cref="Window"/>.</summary>
    public static LimitReached? Reached(UndoRequest request, IReadOnlyCollection<UndoRequest> others, LimitOptions limits)
    {
        var (now, person) = (request.CreatedAt, request.Requester.Person);
        var open = others.Where(other => other.State.IsOpen() && DecisionTransitions.Expire(other, now) is null).ToList();
        if (open.Count >= limits.OpenRequests)
            return new LimitReached.Open(open.Count);
        var own = open.Count(IsTheirs);
        if (own >= limits.OpenRequestsPerRequester)
            return new LimitReached.OpenOfOne(own, person);
        var recent = others.Where(other => IsTheirs(other) && other.CreatedAt > now - Window).Select(other => other.CreatedAt).Order()
            .ToList();
        return recent.Count < limits.RequestsPerMinute
            ? null
            : new LimitReached.PerMinute(recent.Count, person, recent[^limits.RequestsPerMinute] + Window - now);

        bool IsTheirs(UndoRequest other) => string.Equals(other.Requester.Person, person, StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Which limit one more request would be beyond.</summary>
internal abstract record LimitReached
{
    private LimitReached()
    {
    }

    /// <summary>As many are open as may be: <see cref="LimitOptions.OpenRequests"/>.</summary>
    internal sealed record Open(int Count) : LimitReached;

    /// <summary>As many are open on behalf of one person as may be: <see cref="LimitOptions.OpenRequestsPerRequester"/>.</summary>
    internal sealed record OpenOfOne(int Count, string Person) : LimitReached;

    /// <summary>As many were made within a minute on behalf of one person as may be:
    /// <see cref="LimitOptions.RequestsPerMinute"/>.</summary>
    internal sealed record PerMinute(int Count, string Person, TimeSpan Wait) : LimitReached;
}
