using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Requests;

/// <summary>Why no approval of a request could be carried out now, whoever approved.</summary>
internal abstract record ApprovalObstacle
{
    private ApprovalObstacle()
    {
    }

    /// <summary>A rule refuses every undo of the workload.</summary>
    internal sealed record Denied(string Rule) : ApprovalObstacle;

    /// <summary>A freeze is in force in which nobody can approve.</summary>
    internal sealed record Frozen(FreezeInForce Freeze) : ApprovalObstacle;

    /// <summary>Fewer people are enrolled than the terms ask for.</summary>
    internal sealed record TooFewApprovers(ApprovalTerms Terms) : ApprovalObstacle;

    /// <summary>A freeze is in force, and nobody who may approve is in the group that could lift it.</summary>
    internal sealed record NobodyMayLift(FreezeInForce Freeze) : ApprovalObstacle;
}
