using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>What is to be done about the owner that a plan pauses, or resumes.</summary>
internal enum OwnerStep
{
    /// <summary>It is as it was shown: pause it, or resume it.</summary>
    Send,

    /// <summary>This request has done so.</summary>
    Done,

    /// <summary>It is no longer what was shown.</summary>
    Outdated,
}

/// <summary>What becomes of the owner that a plan pauses, with its records. Pure.</summary>
internal static class OwnerPauses
{
    /// <summary>What is to be done with the owner as it was read.</summary>
    public static OwnerStep Next(UndoRequest request, OwnerPause pause, Owner owner) =>
        owner.Uid == pause.Uid && owner.PausedBy == request.Id && !owner.PutsBack ? OwnerStep.Done
        : pause.Fits(owner) ? OwnerStep.Send
        : OwnerStep.Outdated;

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

/// <summary>What becomes of a request to resume an owner, with its records. Pure.</summary>
internal static class OwnerResumes
{
    /// <summary>What is to be done with the owner as it was read. Whoever may annotate it can write the mark of the request: it counts
    /// where the owner shows the rest of the patch, too.</summary>
    public static OwnerStep Next(UndoRequest request, OwnerResume resume, Owner owner) =>
        owner.Uid == resume.Uid && owner.ResumedBy == request.Id && (owner.PauseMark != resume.PausedBy || owner.PutsBack) ? OwnerStep.Done
        : resume.Fits(owner) ? OwnerStep.Send
        : OwnerStep.Outdated;

    /// <summary>What is no longer as it was shown, in a sentence; null if all is. No owner means that it is gone.</summary>
    public static string? Moved(OwnerResume resume, Owner? owner) => owner switch
    {
        null => $"{resume.Owner} no longer exists.",
        _ when owner.Uid != resume.Uid => $"{resume.Owner} was deleted and made again since it was shown.",
        { PutsBack: true } => $"{resume.Owner} was resumed since it was shown.",
        _ => resume.Fits(owner) ? null : $"{resume.Owner} was changed since it was shown.",
    };

    /// <summary>The request with the resumption announced, held longer; null if it is not being carried out, held by another process, or
    /// resumes nobody.</summary>
    public static RequestChange? Claim(UndoRequest found, UndoRequest held, TimeSpan lease, DateTimeOffset now) =>
        found is { State: RequestState.Executing, Plan.Resume: { } resume } && found.IsStillHeldAs(held)
            ? new RequestChange(found.Renew(now + lease), Record(found, AuditEvent.UndoResumingOwner, resume, null))
            : null;

    /// <summary>The request in the hands of a process that goes on with it: the mark on the owner tells what was done. Null if nothing is
    /// under way.</summary>
    public static RequestChange? TakeOver(UndoRequest found, string holder, DateTimeOffset until)
    {
        if (found.State is not (RequestState.Executing or RequestState.Unknown))
            return null;
        if (found.State == RequestState.Executing && found.Lease?.Holder == holder)
            return new RequestChange(found.Renew(until));
        var taken = found.Lend(holder, until) with { State = RequestState.Executing, Outcome = null };
        return new RequestChange(
            taken, taken.Record(AuditEvent.UndoExecuting, AuditActor.System, new JsonObject { ["lease"] = taken.Leases }));
    }

    /// <summary>The request with its owner seen to be resumed; null if it is at its end.</summary>
    public static RequestChange? Resumed(UndoRequest found, string how, DateTimeOffset now)
    {
        if (found is not { State: RequestState.Executing or RequestState.Unknown, Plan.Resume: { } resume })
            return null;
        var message = $"{how} {resume.Owner} is resumed: at its next sync it keeps {found.Plan.Workload} as its source says.";
        return new RequestChange(
            found with { State = RequestState.Applied, Lease = null, Outcome = new UndoOutcome(message, now) },
            Record(found, AuditEvent.UndoOwnerResumed, resume, message));
    }

    /// <summary>Others changed the owner before it could be seen whether it was resumed.</summary>
    public static WriteResult CannotBeTold(OwnerResume resume) => new WriteResult.Refused(
        $"{resume.Owner} was changed by others since, so that it cannot be told whether this request resumed it. It is not sent again: "
            + "look at it.");

    /// <summary>Nobody who may resume it has gone on with the request for so long that the question is left to people.</summary>
    public static WriteResult LeftAlone(OwnerResume resume) => new WriteResult.Refused(
        $"No server that may change {resume.Owner} went on with this request. Whether it was resumed is not known: look at it.");

    private static AuditDraft Record(UndoRequest request, AuditEvent auditEvent, OwnerResume resume, string? message)
    {
        var detail = new JsonObject
        {
            ["owner"] = resume.Owner.ToString(),
            ["uid"] = resume.Uid,
            ["paused_by"] = resume.PausedBy,
        };
        if (message is not null)
            detail["message"] = message;
        return request.Record(auditEvent, AuditActor.System, detail);
    }
}
