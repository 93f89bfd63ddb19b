namespace McpRollout.Broker;

/// <summary>Which state may follow which.</summary>
internal static class RequestStates
{
    /// <summary>Whether a request in this state still holds its workload: no other undo may be asked for meanwhile.</summary>
    public static bool IsOpen(this RequestState state) =>
        state is RequestState.Pending or RequestState.Approved or RequestState.Executing or RequestState.Unknown;

    /// <summary>Whether a person can still decide or the agent still take it back.</summary>
    public static bool IsUndecided(this RequestState state) => state is RequestState.Pending;

    /// <summary>The state as tools, page and audit spell it.</summary>
    public static string ToName(this RequestState state) => state.ToString().ToLowerInvariant();

    /// <summary>The whole table of transitions; whatever is not in it is refused.</summary>
    public static bool MayBecome(this RequestState from, RequestState to) => (from, to) switch
    {
        (RequestState.Pending, RequestState.Approved or RequestState.Denied or RequestState.Cancelled or RequestState.Expired or RequestState.Stale) => true,
        (RequestState.Approved, RequestState.Executing or RequestState.Cancelled or RequestState.Expired or RequestState.Stale or RequestState.Failed) => true,
        (RequestState.Executing, RequestState.Applied or RequestState.Stale or RequestState.Failed or RequestState.Unknown) => true,
        (RequestState.Unknown, RequestState.Applied or RequestState.Stale or RequestState.Failed) => true,
        _ => false,
    };
}
