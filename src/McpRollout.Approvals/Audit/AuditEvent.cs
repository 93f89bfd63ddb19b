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

    /// <summary>The way back of an undo needs no further decision: those who approved that one approved it along with it.</summary>
    UndoPreapproved,

    /// <summary>A person refused.</summary>
    UndoDenied,

    /// <summary>The agent took its request back.</summary>
    UndoCancelled,

    /// <summary>Nobody decided, or nobody carried it out, in time.</summary>
    UndoExpired,

    /// <summary>The workload or the target is no longer what was shown.</summary>
    UndoStale,

    /// <summary>It was approved, and is asked for again: something is new since.</summary>
    UndoHeld,

    /// <summary>Announces the patch, before it is sent.</summary>
    UndoExecuting,

    /// <summary>Announces the fence that makes an earlier patch impossible, before it is sent.</summary>
    UndoFenced,

    /// <summary>The cluster accepted the patch.</summary>
    UndoApplied,

    /// <summary>Announces that the fields which the undo wrote are given to whoever applies the template, before it is sent.</summary>
    UndoHandingOver,

    /// <summary>The cluster refused the patch, or it did not arrive.</summary>
    UndoFailed,

    /// <summary>The answer to the patch was lost.</summary>
    UndoUnknown,

    /// <summary>Announces the pause of the owner that the plan names, before it is sent.</summary>
    UndoPausingOwner,

    /// <summary>The owner is paused.</summary>
    UndoOwnerPaused,

    /// <summary>Announces that the revert which the plan names is opened in Git, before it is asked for.</summary>
    UndoOpeningRevert,

    /// <summary>The revert is open there.</summary>
    UndoRevertOpened,

    /// <summary>The revert was not opened, or whether it was is not known.</summary>
    UndoRevertNotOpened,

    /// <summary>Announces that the owner which the plan names is resumed, before it is sent.</summary>
    UndoResumingOwner,

    /// <summary>The owner is resumed: all of that request is done.</summary>
    UndoOwnerResumed,

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

    /// <summary>The rollout stayed healthy for as long as it was watched.</summary>
    RolloutVerified,

    /// <summary>The rollout was healthy, and got worse while it was watched.</summary>
    RolloutWorse,

    /// <summary>The rollout was healthy; whether it stays so could not be seen.</summary>
    RolloutUnproven,

    /// <summary>A wrong passphrase, a stranger, a replay.</summary>
    DecisionRejected,

    /// <summary>A person may now approve.</summary>
    ApproverAdded,

    /// <summary>The provider says of a person that they are in other groups than before.</summary>
    ApproverGroupsChanged,

    /// <summary>A person may no longer approve.</summary>
    ApproverRemoved,

    /// <summary>A link was made under which a person's device makes a passkey.</summary>
    ApproverInvited,

    /// <summary>A person's device made a passkey, which may decide for them.</summary>
    ApproverDeviceAdded,

    /// <summary>A person's passkey may no longer decide.</summary>
    ApproverDeviceRevoked,

    /// <summary>The end of the audit's file, or of its checkpoints, was no record and was taken off.</summary>
    AuditRepaired,

    /// <summary>A person had the audit signed with another key from here on.</summary>
    AuditRekeyed,
}

/// <summary>How events are spelled in the audit.</summary>
internal static class AuditEvents
{
    /// <summary>The name in the record: what it is about, a full stop, and what happened, as in <c>undo.break_glass</c>.</summary>
    public static string ToName(this AuditEvent auditEvent)
    {
        var words = JsonNamingPolicy.SnakeCaseLower.ConvertName(auditEvent.ToString()).Split('_', 2);
        return $"{words[0]}.{words[1]}";
    }
}
