using McpRollout.Rollouts;
using McpRollout.Rollouts.Findings;

namespace McpRollout.Broker;

/// <summary>What an agent asks for.</summary>
/// <param name="Workload">Which workload.</param>
/// <param name="ToRevision">The revision to restore.</param>
/// <param name="CurrentRevision">The revision that the agent takes for the current one, from the history that it read.</param>
/// <param name="Reason">The agent's words.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="WorkloadUid">The workload's uid as the agent's side sees it, where that is another process with its own view of a cluster; else null.</param>
internal sealed record UndoAsk(
    WorkloadRef Workload, long ToRevision, long CurrentRevision, string Reason, Requester Requester, string? WorkloadUid = null);

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

/// <summary>What asking led to: a request (new, or the open one for the same), or a refusal in words that say what to do instead.</summary>
internal sealed record UndoAnswer
{
    private UndoAnswer(UndoRequest? request, UndoRefusalKind? refusal, string? message, string? code) =>
        (Request, Refusal, Message, Code) = (request, refusal, message, code);

    /// <summary>The request, unless it was refused.</summary>
    public UndoRequest? Request { get; }

    /// <summary>Why it was refused, if it was.</summary>
    public UndoRefusalKind? Refusal { get; }

    /// <summary>What to do instead.</summary>
    public string? Message { get; }

    /// <summary>The refusal's stable name, as docs/findings.md lists it.</summary>
    public string? Code { get; }

    /// <summary>A request stands.</summary>
    public static UndoAnswer Of(UndoRequest request) => new(request, null, null, null);

    /// <summary>No request was made.</summary>
    public static UndoAnswer Refused(UndoRefusalKind kind, string message) => new(null, kind, message, UndoRefusals.CodeOf(kind));

    /// <summary>No request was made, because of what a finding says.</summary>
    public static UndoAnswer Refused(UndoRefusalKind kind, FindingKind finding, string message) => new(null, kind, message, finding.Code);

    /// <summary>No request was made, because a finding blocks it.</summary>
    public static UndoAnswer Blocked(Finding finding) => new(null, UndoRefusalKind.Blocked, finding.Message, finding.Code);
}
