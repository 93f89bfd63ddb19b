namespace McpRollout.Approvals.Audit;

/// <summary>What can be on record.</summary>
internal enum AuditEvent
{
    /// <summary>An agent asked for an undo.</summary>
    UndoRequested,

    /// <summary>A person approved.</summary>
    UndoApproved,

    /// <summary>A person approved alone where more approvals were required.</summary>
    UndoBreakGlass,

    /// <summary>A person refused.</summary>
    UndoDenied,

    /// <summary>The agent took its request back.</summary>
    UndoCancelled,

    /// <summary>Nobody decided, or nobody carried it out, in time.</summary>
    UndoExpired,

    /// <summary>The workload or the target is no longer what was shown.</summary>
    UndoStale,

    /// <summary>Announces the patch, before it is sent.</summary>
    UndoExecuting,

    /// <summary>The cluster accepted the patch.</summary>
    UndoApplied,

    /// <summary>The cluster refused the patch, or it did not arrive.</summary>
    UndoFailed,

    /// <summary>The answer to the patch was lost.</summary>
    UndoUnknown,

    /// <summary>Announces the deletion of a pod that the plan names, before it is sent.</summary>
    UndoDeletingPod,

    /// <summary>The cluster deleted the pod.</summary>
    UndoPodDeleted,

    /// <summary>The pod that was announced was not deleted: it became ready, or the cluster refused.</summary>
    UndoPodKept,

    /// <summary>The rollout finished.</summary>
    RolloutHealthy,

    /// <summary>The rollout did not finish in time.</summary>
    RolloutDegraded,

    /// <summary>The workload was changed again.</summary>
    RolloutSuperseded,

    /// <summary>A wrong passphrase, a stranger, a replay.</summary>
    DecisionRejected,

    /// <summary>A person may now approve.</summary>
    ApproverAdded,

    /// <summary>A person may no longer approve.</summary>
    ApproverRemoved,
}

/// <summary>How events are spelled in the audit.</summary>
internal static class AuditEvents
{
    /// <summary>The name in the record.</summary>
    public static string ToName(this AuditEvent auditEvent) => auditEvent switch
    {
        AuditEvent.UndoRequested => "undo.requested",
        AuditEvent.UndoApproved => "undo.approved",
        AuditEvent.UndoBreakGlass => "undo.break_glass",
        AuditEvent.UndoDenied => "undo.denied",
        AuditEvent.UndoCancelled => "undo.cancelled",
        AuditEvent.UndoExpired => "undo.expired",
        AuditEvent.UndoStale => "undo.stale",
        AuditEvent.UndoExecuting => "undo.executing",
        AuditEvent.UndoApplied => "undo.applied",
        AuditEvent.UndoFailed => "undo.failed",
        AuditEvent.UndoUnknown => "undo.unknown",
        AuditEvent.UndoDeletingPod => "undo.deleting_pod",
        AuditEvent.UndoPodDeleted => "undo.pod_deleted",
        AuditEvent.UndoPodKept => "undo.pod_kept",
        AuditEvent.RolloutHealthy => "rollout.healthy",
        AuditEvent.RolloutDegraded => "rollout.degraded",
        AuditEvent.RolloutSuperseded => "rollout.superseded",
        AuditEvent.DecisionRejected => "decision.rejected",
        AuditEvent.ApproverAdded => "approver.added",
        AuditEvent.ApproverRemoved => "approver.removed",
        _ => throw new ArgumentOutOfRangeException(nameof(auditEvent)),
    };
}
