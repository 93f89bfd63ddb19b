namespace McpRollout.Approvals.Intake;

/// <summary>Why an undo was refused before a person was asked. <see cref="UndoRefusals.All"/> says what each means, but for the three
/// that go by the code of a finding.</summary>
internal enum UndoRefusalKind
{
    NoApprover,
    Cluster,
    NoSuchWorkload,
    OtherWorkload,
    NoSuchRevision,
    NotSettled,
    NotCurrent,
    NothingToUndo,
    NoDigest,
    NothingToPause,
    NothingToResume,
    OwnerResumed,
    ReleaseUnreadable,
    ReleaseTakenAway,
    OutsideNamespaces,
    Blocked,
    NotPermitted,
    RehearsalFailed,
    AnotherOpen,
    RefusedByRule,
    Frozen,
    TooMany,
}
