using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Reverts;

/// <summary>How long a revert is tried for.</summary>
/// <param name="Lease">How long a process may take for an attempt before another takes over.</param>
/// <param name="Patience">How long it is tried to open it.</param>
/// <param name="Look">How long one is looked for that may have been opened.</param>
internal sealed record RevertLimits(TimeSpan Lease, TimeSpan Patience, TimeSpan Look);

/// <summary>What becomes of the revert of an applied undo, with its records. The undo's own outcome stays as it is. Pure.</summary>
internal static class RevertTransitions
{
    /// <summary>The request with an attempt announced; null if there is nothing to open, or another process sees to it.</summary>
    public static RequestChange? Announce(
        UndoRequest found, string holder, Func<RevertProgress, bool> isHeldByOther, RevertLimits limits, DateTimeOffset now)
    {
        if (!found.AwaitsRevert || (found.Revert is { } held && isHeldByOther(held)))
            return null;
        var before = found.Revert;
        var next = new RevertProgress(holder, now + limits.Lease, (before?.Attempt ?? 0) + 1, before?.Since ?? now)
        {
            SentAt = before?.SentAt ?? now,
        };
        var announced = found with { Revert = next };
        return before?.SentAt is null
            ? new RequestChange(announced, Record(announced, AuditEvent.UndoOpeningRevert, found.Plan.Revert!.ToJson()))
            : new RequestChange(announced);
    }

    /// <summary>After an attempt; null if it is no longer this process's to say.</summary>
    /// <param name="found">The request as it is.</param>
    /// <param name="held">The request as it was announced.</param>
    /// <param name="mayBeOpened">Whether an attempt before that one may have opened it.</param>
    /// <param name="result">How the attempt ended.</param>
    /// <param name="limits">How long it is tried for.</param>
    /// <param name="now">The time.</param>
    public static RequestChange? After(
        UndoRequest found, UndoRequest held, bool mayBeOpened, RevertResult result, RevertLimits limits, DateTimeOffset now)
    {
        if (!found.AwaitsRevert || found.Revert is not { } progress || progress.Attempt != held.Revert?.Attempt)
            return null;
        var isLate = now >= progress.Since + limits.Patience;
        return result switch
        {
            RevertResult.Opened opened => Opened(found, progress, opened, now),
            RevertResult.Refused refused => NotOpened(found, progress, Failed(found, mayBeOpened, refused.Why), now),
            RevertResult.NotTaken notTaken when isLate =>
                NotOpened(found, progress, Failed(found, mayBeOpened, notTaken.Why), now),
            RevertResult.NotTaken => new RequestChange(found with
            {
                Revert = progress with { Until = now, SentAt = mayBeOpened ? progress.SentAt : null },
            }),
            RevertResult.Lost lost when isLate => NotOpened(found, progress, Unknown(found, lost.Why), now),
            RevertResult.NotSeen unseen when now >= progress.SentAt + limits.Look =>
                NotOpened(found, progress, Unknown(found, unseen.Why), now),
            _ => new RequestChange(found with { Revert = progress with { Until = now } }),
        };
    }

    /// <summary>The request whose revert no process can open; null if one sees to it.</summary>
    public static RequestChange? GiveUp(UndoRequest found, Func<RevertProgress, bool> isHeldByOther, DateTimeOffset now) =>
        !found.AwaitsRevert || (found.Revert is { } held && isHeldByOther(held))
            ? null
            : NotOpened(
                found,
                found.Revert ?? new RevertProgress("", now, 0, now),
                found.Revert?.SentAt is null
                    ? "It was not opened: no server that runs has the settings for its host."
                    : Unknown(found, "no server that runs has the settings for its host"),
                now);

    // What is refused may be the look for what an earlier attempt has opened.
    private static string Failed(UndoRequest request, bool mayBeOpened, string why) =>
        mayBeOpened ? Unknown(request, why) : $"It was not opened: {why}.";

    private static string Unknown(UndoRequest request, string why) =>
        $"Whether it was opened is not known, and it is not asked for again: {why}. Look for {request.Id} among the open ones first.";

    private static RequestChange Opened(UndoRequest found, RevertProgress progress, RevertResult.Opened opened, DateTimeOffset now)
    {
        var revert = found.Plan.Revert!;
        var url = Uri.TryCreate(opened.Url, UriKind.Absolute, out var address) && address is { Scheme: "https", UserInfo: "" }
            && address.Host.Equals(revert.Host, StringComparison.OrdinalIgnoreCase) && address.IsDefaultPort
            ? address.AbsoluteUri
            : null;
        var next = found with { Revert = progress with { EndedAt = now, Name = opened.Name, Url = url } };
        return new RequestChange(next, Record(next, AuditEvent.UndoRevertOpened, new JsonObject
        {
            ["host"] = revert.Host,
            ["repository"] = revert.Repository,
            ["commit"] = revert.Commit,
            ["name"] = opened.Name,
            ["url"] = url,
        }));
    }

    private static RequestChange NotOpened(UndoRequest found, RevertProgress progress, string message, DateTimeOffset now)
    {
        var next = found with { Revert = progress with { EndedAt = now, Message = message } };
        return new RequestChange(next, Record(next, AuditEvent.UndoRevertNotOpened, new JsonObject { ["message"] = message }));
    }

    private static AuditDraft Record(UndoRequest request, AuditEvent auditEvent, JsonObject detail) =>
        request.Record(auditEvent, AuditActor.System, detail);
}
