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

    internal sealed record NobodyEnrolled() : IntakeRefusal(UndoRefusalKind.NoApprover);

    /// <summary>No approval could be carried out now.</summary>
    internal sealed record CannotBeApproved(ApprovalObstacle Obstacle) : IntakeRefusal(Obstacle switch
    {
        ApprovalObstacle.Denied => UndoRefusalKind.RefusedByRule,
        ApprovalObstacle.TooFewApprovers => UndoRefusalKind.NoApprover,
        _ => UndoRefusalKind.Frozen,
    });

    internal sealed record ClusterFailed(ClusterFailure Failure) : IntakeRefusal(UndoRefusalKind.Cluster);

    internal sealed record NoSuchWorkload(WorkloadRef Workload) : IntakeRefusal(UndoRefusalKind.NoSuchWorkload);

    /// <summary>The agent's side means another workload of that name. The uid is not told: whoever asks may not be allowed to read
    /// it.</summary>
    internal sealed record OtherWorkload(WorkloadRef Workload) : IntakeRefusal(UndoRefusalKind.OtherWorkload);

    internal sealed record NotSettled(WorkloadRef Workload) : IntakeRefusal(UndoRefusalKind.NotSettled, FindingKinds.NotSettled.Code);

    internal sealed record NotCurrent(WorkloadRef Workload, long Given, long Current) : IntakeRefusal(UndoRefusalKind.NotCurrent);

    internal sealed record NoSuchRevision(WorkloadRef Workload, long Revision, IReadOnlyList<long> Existing)
        : IntakeRefusal(UndoRefusalKind.NoSuchRevision);

    internal sealed record TargetCurrent(WorkloadRef Workload, long Revision, IReadOnlyList<long> Others)
        : IntakeRefusal(UndoRefusalKind.NothingToUndo, FindingKinds.TargetCurrent.Code);

    internal sealed record SameTemplate(WorkloadRef Workload, long Revision)
        : IntakeRefusal(UndoRefusalKind.NothingToUndo, FindingKinds.SameTemplate.Code);

    /// <summary>Of some containers it is not known by which digest to bring them back; null if the record cannot be read.</summary>
    internal sealed record NoDigest(WorkloadRef Workload, long Revision, IReadOnlyList<string>? Containers)
        : IntakeRefusal(UndoRefusalKind.NoDigest);

    /// <summary>Nothing that could be paused would put the template back.</summary>
    /// <param name="Workload">The workload.</param>
    /// <param name="Why">Why not, in a sentence.</param>
    internal sealed record NothingToPause(WorkloadRef Workload, string Why) : IntakeRefusal(UndoRefusalKind.NothingToPause);

    /// <summary>No undo's pause could be ended.</summary>
    /// <param name="Workload">The workload.</param>
    /// <param name="Why">Why not, in a sentence.</param>
    internal sealed record NothingToResume(WorkloadRef Workload, string Why) : IntakeRefusal(UndoRefusalKind.NothingToResume);

    /// <summary>The pause would not last.</summary>
    internal sealed record OwnerResumed(OwnerRef Owner, string Resumer) : IntakeRefusal(UndoRefusalKind.OwnerResumed);

    internal sealed record OwnerNotPermitted(OwnerRef Owner, string? Reason) : IntakeRefusal(UndoRefusalKind.NotPermitted);

    /// <summary>What the revision of a release is, or would change, cannot be shown.</summary>
    internal sealed record ReleaseUnreadable(WorkloadRef Release, long Revision, string Why)
        : IntakeRefusal(UndoRefusalKind.ReleaseUnreadable);

    /// <summary>A rollback would install again what somebody has taken away.</summary>
    internal sealed record ReleaseTakenAway(WorkloadRef Release, ReleaseStatus Status)
        : IntakeRefusal(UndoRefusalKind.ReleaseTakenAway);

    /// <summary>A rollback would change objects in namespaces that this server may not speak of.</summary>
    internal sealed record OutsideNamespaces(WorkloadRef Release, IReadOnlyList<string> Namespaces)
        : IntakeRefusal(UndoRefusalKind.OutsideNamespaces);

    internal sealed record Blocked(Finding Finding) : IntakeRefusal(UndoRefusalKind.Blocked, Finding.Code);

    internal sealed record NotPermitted(WorkloadRef Workload, string? Reason) : IntakeRefusal(UndoRefusalKind.NotPermitted);

    internal sealed record RecordsNotPermitted(WorkloadRef Release, ReleaseDriver Driver, string? Reason)
        : IntakeRefusal(UndoRefusalKind.NotPermitted);

    internal sealed record DryRunRefused(ClusterFailure Failure) : IntakeRefusal(UndoRefusalKind.RehearsalFailed);

    internal sealed record AnotherOpen(UndoRequest Open) : IntakeRefusal(UndoRefusalKind.AnotherOpen);

    internal sealed record TooMany(LimitReached Limit) : IntakeRefusal(UndoRefusalKind.TooMany);
}
