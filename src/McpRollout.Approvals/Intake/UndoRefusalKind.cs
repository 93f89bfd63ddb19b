namespace McpRollout.Approvals.Intake;

/// <summary>Why an undo was refused before a person was asked.</summary>
internal enum UndoRefusalKind
{
    /// <summary>Nobody is enrolled who could approve.</summary>
    NoApprover,

    /// <summary>The cluster gave no answer, or one that is a failure.</summary>
    Cluster,

    /// <summary>The workload does not exist.</summary>
    NoSuchWorkload,

    /// <summary>The agent's side sees another workload of that name than the approving side does.</summary>
    OtherWorkload,

    /// <summary>The target revision does not exist.</summary>
    NoSuchRevision,

    /// <summary>The controller has not yet made a revision of the latest change.</summary>
    NotSettled,

    /// <summary>The revision that the agent takes for current is not.</summary>
    NotCurrent,

    /// <summary>The target is the current revision, or has the same template.</summary>
    NothingToUndo,

    /// <summary>A finding blocks it, e.g. a paused Deployment.</summary>
    Blocked,

    /// <summary>The credentials may not patch.</summary>
    NotPermitted,

    /// <summary>Admission or validation would refuse the patch.</summary>
    RehearsalFailed,

    /// <summary>Another undo of this workload is open.</summary>
    AnotherOpen,

    /// <summary>A rule refuses every undo of this workload.</summary>
    RefusedByRule,

    /// <summary>A freeze is in force in which nobody can approve.</summary>
    Frozen,

    /// <summary>As many requests are open, or were made, as may be.</summary>
    TooMany,
}
