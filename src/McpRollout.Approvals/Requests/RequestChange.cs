using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>A transition and the records of it. They commit together or not at all.</summary>
/// <param name="Next">The request after the transition.</param>
/// <param name="Records">Its audit records; a change of state must have one.</param>
internal sealed record RequestChange(UndoRequest Next, params IReadOnlyList<AuditDraft> Records);

/// <summary>What became of a request when a transition was tried.</summary>
/// <param name="Before">The request as it was found.</param>
/// <param name="Change">What was stored; null if the transition changes nothing.</param>
internal sealed record TransitionResult(UndoRequest Before, RequestChange? Change)
{
    /// <summary>The request as it is now.</summary>
    public UndoRequest Request => Change?.Next ?? Before;
}
