using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>What an agent asks for.</summary>
/// <param name="Workload">Which workload.</param>
/// <param name="ToRevision">The revision to restore.</param>
/// <param name="CurrentRevision">The revision that the agent takes for the current one, from the history that it read.</param>
/// <param name="Reason">The agent's words.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="WorkloadUid">The workload's uid as the agent's side sees it, where that is another process with its own view of a cluster;
/// else null.</param>
/// <param name="PinImages">Whether to restore it with the digests that it was seen to run.</param>
internal sealed record IntakeInput(
    WorkloadRef Workload, long ToRevision, long CurrentRevision, string Reason, Requester Requester, string? WorkloadUid = null,
    bool PinImages = false)
{
    /// <summary>Whether to pause the owner that would put the template back.</summary>
    public bool PauseOwner { get; init; }

    /// <summary>Whether to resume the owner that an undo paused, and nothing else.</summary>
    public bool ResumeOwner { get; init; }

    /// <summary>The undo whose way back, or whose pause's end, it is; null for what an agent asks for.</summary>
    public WayHomeOf? WayHome { get; init; }

    /// <summary>How long to watch the rollout once it is healthy.</summary>
    public TimeSpan VerifyFor { get; init; }
}
