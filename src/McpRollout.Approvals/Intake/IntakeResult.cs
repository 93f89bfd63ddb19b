using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>What asking led to: a request (new, or the open one for the same), or a refusal.</summary>
/// <param name="Request">The request, unless it was refused.</param>
/// <param name="Refusal">Why it was refused, if it was.</param>
internal sealed record IntakeResult(UndoRequest? Request, IntakeRefusal? Refusal)
{
    public static implicit operator IntakeResult(UndoRequest request) => new(request, null);

    public static implicit operator IntakeResult(IntakeRefusal refusal) => new(null, refusal);
}
