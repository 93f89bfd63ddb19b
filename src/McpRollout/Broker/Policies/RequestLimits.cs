namespace McpRollout.Broker.Policies;

/// <summary>Whether one more request is too many. Pure; asked within the transaction that would store it.</summary>
internal static class RequestLimits
{
    /// <summary>The time over which requests are counted that are no longer open.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Why the request is refused; null if it is not.</summary>
    /// <param name="request">The new request.</param>
    /// <param name="others">All that are open, and all that were made within <see cref="Window"/>.</param>
    /// <param name="limits">The limits.</param>
    public static string? Refusal(UndoRequest request, IReadOnlyCollection<UndoRequest> others, LimitOptions limits)
    {
        var (now, person) = (request.CreatedAt, request.Requester.Person);
        var open = others.Where(other => other.State.IsOpen() && Deciding.Expire(other, now) is null).ToList();
        if (open.Count >= limits.OpenRequests)
            return $"{open.Count} requests are open, and no more may be (Limits:OpenRequests). Nobody was asked. Tell the user: people must decide some first, or their agents cancel them; then ask again.";
        var own = open.Count(IsTheirs);
        if (own >= limits.OpenRequestsPerRequester)
            return $"{own} requests on behalf of {person} are open, and no more may be (Limits:OpenRequestsPerRequester). Nobody was asked. Wait for decisions with k8s_rollout_undo_status, or cancel what is no longer wanted with k8s_rollout_undo_cancel; then ask again.";
        var recent = others.Where(other => IsTheirs(other) && other.CreatedAt > now - Window).Select(other => other.CreatedAt).Order().ToList();
        if (recent.Count < limits.RequestsPerMinute)
            return null;
        var wait = Math.Ceiling((recent[^limits.RequestsPerMinute] + Window - now).TotalSeconds);
        return $"{recent.Count} requests were made on behalf of {person} within a minute, and no more may be (Limits:RequestsPerMinute). Nobody was asked. Ask again in {wait} seconds.";

        bool IsTheirs(UndoRequest other) => string.Equals(other.Requester.Person, person, StringComparison.OrdinalIgnoreCase);
    }
}
