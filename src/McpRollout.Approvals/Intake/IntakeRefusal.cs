using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Why no person is asked, as data; what an agent is told of it is said where agents are spoken to.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Code">Its stable name, as docs/findings.md lists it.</param>
internal abstract record IntakeRefusal(UndoRefusalKind Kind, string? Code)
{
    private IntakeRefusal(UndoRefusalKind kind)
        : this(kind, UndoRefusals.CodeOf(kind))
    {
    }

    /// <summary>Nobody is enrolled.</summary>
    internal sealed record NobodyEnrolled() : IntakeRefusal(UndoRefusalKind.NoApprover);

    /// <summary>No approval could be carried out now.</summary>
    internal sealed record CannotBeApproved(ApprovalObstacle Obstacle) : IntakeRefusal(Obstacle switch
    {
        ApprovalObstacle.Denied => UndoRefusalKind.RefusedByRule,
        ApprovalObstacle.TooFewApprovers => UndoRefusalKind.NoApprover,
        _ => UndoRefusalKind.Frozen,
    });

    /// <summary>The cluster gave no answer, or one that is a failure.</summary>
    internal sealed record ClusterFailed(ClusterFailure Failure) : IntakeRefusal(UndoRefusalKind.Cluster);

    /// <summary>The workload does not exist.</summary>
    internal sealed record NoSuchWorkload(WorkloadRef Workload) : IntakeRefusal(UndoRefusalKind.NoSuchWorkload);

    /// <summary>The agent's side means another workload of that name. The uid is not told: whoever asks may not be allowed to read
    /// it.</summary>
    internal sealed record OtherWorkload(WorkloadRef Workload) : IntakeRefusal(UndoRefusalKind.OtherWorkload);

    /// <summary>The controller has not yet made a revision of the latest change.</summary>
    internal sealed record NotSettled(WorkloadRef Workload) : IntakeRefusal(UndoRefusalKind.NotSettled, FindingKinds.NotSettled.Code);

    /// <summary>The revision that the agent takes for current is not.</summary>
    internal sealed record NotCurrent(WorkloadRef Workload, long Given, long Current) : IntakeRefusal(UndoRefusalKind.NotCurrent);

    /// <summary>The target does not exist.</summary>
    internal sealed record NoSuchRevision(WorkloadRef Workload, long Revision, IReadOnlyList<long> Existing)
        : IntakeRefusal(UndoRefusalKind.NoSuchRevision);

    /// <summary>The target is the current revision.</summary>
    internal sealed record TargetCurrent(WorkloadRef Workload, long Revision, IReadOnlyList<long> Others)
        : IntakeRefusal(UndoRefusalKind.NothingToUndo, FindingKinds.TargetCurrent.Code);

    /// <summary>The target has the template that the workload has now.</summary>
    internal sealed record SameTemplate(WorkloadRef Workload, long Revision) : IntakeRefusal(UndoRefusalKind.NothingToUndo,
        FindingKinds.SameTemplate.Code);

    /// <summary>A finding blocks it.</summary>
    internal sealed record Blocked(Finding Finding) : IntakeRefusal(UndoRefusalKind.Blocked, Finding.Code);

    /// <summary>The credentials may not patch.</summary>
    internal sealed record NotPermitted(WorkloadRef Workload, string? Reason) : IntakeRefusal(UndoRefusalKind.NotPermitted);

    /// <summary>Admission or validation would refuse the patch.</summary>
    internal sealed record DryRunRefused(ClusterFailure Failure) : IntakeRefusal(UndoRefusalKind.RehearsalFailed);

    /// <summary>Another undo of the workload is open.</summary>
    internal sealed record AnotherOpen(UndoRequest Open) : IntakeRefusal(UndoRefusalKind.AnotherOpen);

    /// <summary>As many requests are open, or were made, as may be.</summary>
    internal sealed record TooMany(LimitReached Limit) : IntakeRefusal(UndoRefusalKind.TooMany);
}
