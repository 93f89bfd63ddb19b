using McpRollout.Audit;

namespace McpRollout.Broker;

/// <summary>A transition and the records of it. They commit together or not at all.</summary>
/// <param name="Next">The request after the transition.</param>
/// <param name="Records">Its audit records; a change of state must have one.</param>
internal sealed record RequestChange(UndoRequest Next, params IReadOnlyList<AuditDraft> Records);
