using System.Text.Json.Serialization;

namespace McpRollout.Broker;

/// <summary>Where an undo request stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestState>))]
internal enum RequestState
{
    /// <summary>Waits for a person.</summary>
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

    /// <summary>The approvals no longer sufficed, the cluster refused the patch, or it is known not to have arrived. Final.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The answer to the patch was lost; reading the workload resolves it, never another patch.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}
