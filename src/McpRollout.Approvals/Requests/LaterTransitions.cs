using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>What becomes of a request when more is known than when it was decided, or ended. Pure.</summary>
internal static class LaterTransitions
{
    private const int MostHandovers = 10;

    /// <summary>
    /// An approved request that waits for a decision again, within its lifetime. Approvals rest on what was known: with news, only those
    /// count that knew it.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="news">What is known now, and was not in front of everybody who approved.</param>
    /// <param name="what">What is new, in sentences.</param>
    /// <param name="now">The time.</param>
    public static RequestChange AskAgain(UndoRequest request, IReadOnlyList<Finding> news, string what, DateTimeOffset now)
    {
        var unchanged = request.PausingSince is null ? "nothing was changed" : $"{request.Plan.Workload} was not changed";
        var message = $"Held, and {unchanged}: since it was approved there is something new. {what}{OwnerPauses.Left(request)}";
        var findings = FindingNews.With(request.Findings, news);
        return new RequestChange(
            request with
            {
                State = RequestState.Pending,
                Findings = findings,
                HeldAt = news.Count == 0 ? request.HeldAt : now,
                PreApproval = request.PreApproval is { } spent ? spent with { Approvals = [] } : null,
                ExpiresAt = request.Terms is { } terms ? request.CreatedAt + terms.RequestLifetime : request.ExpiresAt,
                ExecutingSince = null,
                Lease = null,
                Outcome = new UndoOutcome(message, now),
            },
            request.Record(AuditEvent.UndoHeld, AuditActor.System, new JsonObject
            {
                ["message"] = message,
                ["codes"] = new JsonArray([.. news.Select(finding => JsonValue.Create(finding.Code))]),
                ["findings"] = FindingNews.Digest(findings),
            }));
    }

    /// <summary>
    /// The applied request, held longer, with the announcement that its fields of the template go to <paramref name="owner"/>. Null if it
    /// is at its end, held by another process, or was tried often enough: an admission policy may refuse it for good.
    /// </summary>
    public static RequestChange? HandOver(UndoRequest found, UndoRequest held, string owner, TimeSpan lease, DateTimeOffset now)
    {
        if (found.State != RequestState.Applied || found.IsSettled || !found.IsStillHeldAs(held) || found.Handovers >= MostHandovers)
            return null;
        var next = found.Renew(now + lease) with { Handovers = found.Handovers + 1 };
        return new RequestChange(next, found.Record(
            AuditEvent.UndoHandingOver,
            AuditActor.System,
            new JsonObject { ["field_manager"] = ShownValue.Name(owner), ["attempt"] = next.Handovers }));
    }

    /// <summary>How the watch over a healthy rollout stands; recorded only when it is at its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="outcome">Its outcome, with the watch.</param>
    public static RequestChange Verified(UndoRequest request, UndoOutcome outcome)
    {
        var watch = outcome.Verification!;
        var auditEvent = watch.State switch
        {
            VerificationState.Verified => AuditEvent.RolloutVerified,
            VerificationState.Worse => AuditEvent.RolloutWorse,
            VerificationState.Unproven => AuditEvent.RolloutUnproven,
            _ => (AuditEvent?)null,
        };
        return auditEvent is { } ended
            ? new RequestChange(
                request with { Outcome = outcome, Lease = null },
                request.Record(ended, AuditActor.System, new JsonObject
                {
                    ["message"] = watch.Message,
                    ["ready"] = watch.Ready,
                    ["least_ready"] = watch.LeastReady,
                    ["restarts"] = watch.Restarts,
                    ["probes"] = watch.Probes is not { } probes ? null : new JsonArray([.. probes.Select(probe => new JsonObject
                    {
                        ["probe"] = probe.Probe, ["verdict"] = probe.Verdict.ToName(), ["message"] = probe.Message,
                    })]),
                }))
            : new RequestChange(request with { Outcome = outcome });
    }

    /// <summary>What became of a run of helm is not known, or it was not begun; it is not run again.</summary>
    public static RequestChange RollbackFailed(UndoRequest request, string message, DateTimeOffset now) => new(
        request with { State = RequestState.Failed, Lease = null, Outcome = new UndoOutcome(message, now) },
        request.Record(AuditEvent.UndoFailed, AuditActor.System, new JsonObject { ["message"] = message }));

    /// <summary>
    /// A request that ended as failed, with its mark on the workload after all: it stays ended, and what is seen is appended. Null if it
    /// did not end so, nothing of it was ever sent, or that is on record already.
    /// </summary>
    public static RequestChange? SeenLate(UndoRequest request, RevisionHistory history, DateTimeOffset now)
    {
        if (request is not { State: RequestState.Failed, ExecutingSince: not null, SeenLateAt: null, Outcome: { } outcome }
            || UndoMarkers.Of(request, history) != Arrival.Arrived)
            return null;
        var message = $"The workload carries the mark of {request.Id}: its patch took effect after all.";
        return new RequestChange(
            request with { SeenLateAt = now, Outcome = outcome with { Message = $"{outcome.Message} Seen later: {message}" } },
            request.Record(
                AuditEvent.UndoApplied, AuditActor.System, new JsonObject { ["message"] = message, ["late"] = true }));
    }
}
