using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>What is to be done about the owner that a plan pauses.</summary>
internal enum OwnerPauseStep
{
    /// <summary>It is as it was shown: pause it.</summary>
    Send,

    /// <summary>This request has paused it.</summary>
    Done,

    /// <summary>It is no longer what was shown.</summary>
    Outdated,
}

/// <summary>What becomes of the owner that a plan pauses, with its records. Pure.</summary>
internal static class OwnerPauses
{
    /// <summary>What is to be done with the owner as it was read.</summary>
    public static OwnerPauseStep Next(UndoRequest request, OwnerPause pause, Owner owner) =>
        owner.Uid == pause.Uid && owner.PausedBy == request.Id && !owner.PutsBack ? OwnerPauseStep.Done
        : pause.Fits(owner) ? OwnerPauseStep.Send
        : OwnerPauseStep.Outdated;

    /// <summary>The request with the pause announced, held longer; null if it is not being carried out, held by another process, or its
    /// plan pauses nobody.</summary>
    public static RequestChange? Claim(UndoRequest found, UndoRequest held, TimeSpan lease, DateTimeOffset now) =>
        found is { State: RequestState.Executing, Plan.Pause: { } pause } && found.IsStillHeldAs(held)
            ? new RequestChange(
                found.Renew(now + lease) with { PausingSince = found.PausingSince ?? now },
                Record(found, AuditEvent.UndoPausingOwner, pause))
            : null;

    /// <summary>The request with its owner seen to be paused; null if that is on record already.</summary>
    public static RequestChange? Paused(UndoRequest found, DateTimeOffset now) => found is { PausedAt: null, Plan.Pause: { } pause }
        ? new RequestChange(found with { PausedAt = now }, Record(found, AuditEvent.UndoOwnerPaused, pause))
        : null;

    /// <summary>The request whose pause certainly took no effect; null if another process holds it.</summary>
    public static RequestChange? NotSent(UndoRequest found, UndoRequest held) =>
        found.IsStillHeldAs(held) ? new RequestChange(found with { PausingSince = null }) : null;

    /// <summary>What a request that ends leaves of the pause, with a space before it; empty where nothing was sent.</summary>
    public static string Left(UndoRequest request) => request.Plan.Pause is not { } pause || request.PausingSince is null ? ""
        : request.PausedAt is null ? $" Whether {pause.Owner} was paused is not known: look at it."
        : $" {pause.Owner} was paused before and stays so until somebody resumes it ({pause.ResumeCommand()}).";

    /// <summary>What a request that ended without its patch has changed, in a sentence.</summary>
    public static string Unchanged(UndoRequest request) =>
        request.PausingSince is null ? "Nothing was changed." : $"{request.Plan.Workload} was not changed.{Left(request)}";

    private static AuditDraft Record(UndoRequest request, AuditEvent auditEvent, OwnerPause pause) => request.Record(
        auditEvent,
        AuditActor.System,
        new JsonObject { ["owner"] = pause.Owner.ToString(), ["uid"] = pause.Uid });
}
