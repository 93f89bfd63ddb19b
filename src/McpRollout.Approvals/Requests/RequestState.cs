using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Requests;

/// <summary>Where an undo request stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestState>))]
internal enum RequestState
{
    /// <summary>Waits for a person: for the first time, or again, since something is new that nobody who approved knew.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>Enough people have approved; waits to be carried out.</summary>
    [JsonStringEnumMemberName("approved")] Approved,

    /// <summary>Claimed by one executor; the patch is about to be sent, or under way.</summary>
    [JsonStringEnumMemberName("executing")] Executing,

    /// <summary>The cluster accepted the patch; the outcome then follows the rollout.</summary>
    [JsonStringEnumMemberName("applied")] Applied,

    /// <summary>A person refused. Final.</summary>
    [JsonStringEnumMemberName("denied")] Denied,

    /// <summary>The agent's side took it back before it was carried out. Final.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>Nobody decided in time, or the approval was not carried out in time. Final.</summary>
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>The workload or the target revision is no longer what was shown; nothing was sent. Final.</summary>
    [JsonStringEnumMemberName("stale")] Stale,

    /// <summary>The approvals no longer sufficed, the cluster refused the patch, or it is not known to have arrived. Final.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The answer to the patch was lost. A fence and a look at the workload resolve it; only when they prove that the patch can
    /// have no effect any more is the request carried out again.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}

/// <summary>Which state may follow which.</summary>
internal static class RequestStates
{
    /// <summary>Whether a request in this state still holds its workload: no other undo may be asked for meanwhile.</summary>
    public static bool IsOpen(this RequestState state) =>
        state is RequestState.Pending or RequestState.Approved or RequestState.Executing or RequestState.Unknown;

    /// <summary>Whether a person can still decide or the agent still take it back.</summary>
    public static bool IsUndecided(this RequestState state) => state is RequestState.Pending;

    /// <summary>Whether an executor goes on with it under a lease, so that its changes wait for no others.</summary>
    public static bool IsClaimed(this RequestState state) =>
        state is RequestState.Executing or RequestState.Unknown or RequestState.Applied;

    /// <summary>The state as tools, page and audit spell it.</summary>
    public static string ToName(this RequestState state) => state.ToString().ToLowerInvariant();

    /// <summary>The whole table of transitions; whatever is not in it is refused.</summary>
    public static bool MayBecome(this RequestState from, RequestState to) => (from, to) switch
    {
        (RequestState.Pending, RequestState.Approved or RequestState.Denied
            or RequestState.Cancelled or RequestState.Expired or RequestState.Stale) => true,
        (RequestState.Approved, RequestState.Pending or RequestState.Executing
            or RequestState.Cancelled or RequestState.Expired or RequestState.Stale or RequestState.Failed) => true,
        (RequestState.Executing, RequestState.Pending or RequestState.Applied
            or RequestState.Stale or RequestState.Failed or RequestState.Unknown) => true,
        (RequestState.Unknown, RequestState.Pending or RequestState.Executing
            or RequestState.Applied or RequestState.Stale or RequestState.Failed) => true,
        _ => false,
    };
}
