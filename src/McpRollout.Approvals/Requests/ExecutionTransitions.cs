using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>What carrying a request out makes of it. Pure.</summary>
internal static class ExecutionTransitions
{
    /// <summary>
    /// An approved request as its executor holds it, with the announcement of the patch. If its approvals no longer suffice it ends here,
    /// or waits for a decision again; null if it is not approved (any more), or its time is over.
    /// </summary>
    /// <param name="evaluation">The request before the terms that hold now.</param>
    /// <param name="findings">What holds the patch, as far as is known now.</param>
    /// <param name="holder">Who claims it.</param>
    /// <param name="lease">For how long.</param>
    public static RequestChange? Claim(ApprovalEvaluation evaluation, IReadOnlyList<Finding> findings, string holder, TimeSpan lease) =>
        evaluation.Request.State != RequestState.Approved || evaluation.Now >= evaluation.Request.ExpiresAt
            ? null
            : AnnounceOrAsk(evaluation, findings, holder, lease);

    /// <summary>
    /// A request whose earlier patch can have no effect any more, claimed for another attempt. If its time is over or its approvals no
    /// longer suffice it ends here, or waits for a decision again; null if somebody else has it by now.
    /// </summary>
    /// <param name="evaluation">The request before the terms that hold now.</param>
    /// <param name="findings">What holds the patch, as far as is known now.</param>
    /// <param name="fenced">The request as it was when the fence was announced.</param>
    /// <param name="lease">For how long it is claimed.</param>
    public static RequestChange? ClaimAgain(
        ApprovalEvaluation evaluation, IReadOnlyList<Finding> findings, UndoRequest fenced, TimeSpan lease)
    {
        var (request, now) = (evaluation.Request, evaluation.Now);
        if (request.State != RequestState.Unknown || !request.IsStillHeldAs(fenced))
            return null;
        if (now >= request.ExpiresAt)
        {
            const string Late =
                "It was approved, and could not be carried out in time. The patch that was sent had no effect and can have none any more.";
            return Change(request, RequestState.Failed, AuditEvent.UndoFailed, Late, now);
        }

        return AnnounceOrAsk(evaluation, findings, request.Lease!.Holder, lease);
    }

    /// <summary>
    /// A request whose patch was, or may have been, sent, in the hands of a process that will find out what became of it, with the
    /// announcement of the fence by which it does. The fence is named by request and lease; under the same lease it stays the same.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="holder">Who takes it over.</param>
    /// <param name="until">When that lease ends.</param>
    /// <param name="now">The time.</param>
    public static RequestChange? TakeOver(UndoRequest request, string holder, DateTimeOffset until, DateTimeOffset now)
    {
        if (request.State == RequestState.Unknown && request.Lease?.Holder == holder)
            return new RequestChange(request.Renew(until));
        if (request.State is not (RequestState.Executing or RequestState.Unknown))
            return null;
        var unknown = request.State == RequestState.Executing ? Unknown(request, null, now) : new RequestChange(request);
        var taken = unknown.Next.Lend(holder, until);
        return new RequestChange(taken, [.. unknown.Records, taken.Record(
            AuditEvent.UndoFenced, AuditActor.System, new JsonObject { ["fence"] = UndoMarkers.Fence(taken) })]);
    }

    /// <summary>People are asked again where something is new that nobody who approved knew, or a freeze began that somebody may lift.
    /// Only of a request of which nothing is under way; null if nothing of that is so.</summary>
    /// <param name="evaluation">The request before the terms that hold now.</param>
    /// <param name="findings">What holds the patch, as far as is known now.</param>
    public static RequestChange? AskIfNew(ApprovalEvaluation evaluation, IReadOnlyList<Finding> findings)
    {
        var (request, now) = (evaluation.Request, evaluation.Now);
        if (evaluation.UnmetRequirements is { } unmet)
            return evaluation.IsFrozenForNow ? LaterTransitions.AskAgain(request, [], unmet, now) : null;
        var unseen = request.Unseen(findings);
        return unseen.Count == 0
            ? null
            : LaterTransitions.AskAgain(request, unseen, string.Join(' ', unseen.Select(finding => finding.Message)), now);
    }

    private static RequestChange AnnounceOrAsk(
        ApprovalEvaluation evaluation, IReadOnlyList<Finding> findings, string holder, TimeSpan lease) =>
        AskIfNew(evaluation, findings)
        ?? (evaluation.UnmetRequirements is { } unmet
            ? Stop(evaluation.Request, unmet, evaluation.Now)
            : Announce(evaluation.Request, holder, lease, evaluation.Now));

    private static RequestChange Announce(UndoRequest request, string holder, TimeSpan lease, DateTimeOffset now)
    {
        var claimed = request.Lend(holder, now + lease) with { State = RequestState.Executing, ExecutingSince = now, Outcome = null };
        return new RequestChange(claimed, claimed.Record(AuditEvent.UndoExecuting, AuditActor.System, new JsonObject
        {
            ["approved_by"] = new JsonArray(
                [.. claimed.Approvals.Select(decision => decision.Approver).Distinct().Select(name => JsonValue.Create(name))]),
            ["lease"] = claimed.Leases,
            ["trace_parent"] = claimed.TraceParent,
        }));
    }

    /// <summary>The approved request that can no longer be carried out, for want of what it had when it was approved.</summary>
    public static RequestChange Stop(UndoRequest request, string unmet, DateTimeOffset now)
    {
        var message = NoLonger(unmet);
        return new RequestChange(
            request with { State = RequestState.Failed, Lease = null, Outcome = new UndoOutcome(message, now) },
            request.Record(AuditEvent.UndoFailed, AuditActor.System, new JsonObject { ["message"] = message }));
    }

    /// <summary>Why an approved request is not carried out.</summary>
    public static string NoLonger(string unmet) =>
        $"Since it was approved, a rule, a freeze or the approvers have changed. {unmet} Nothing was sent to the cluster.";

    /// <summary>After the attempt to write.</summary>
    public static RequestChange Of(UndoRequest request, WriteResult result, DateTimeOffset now) => result switch
    {
        WriteResult.Accepted accepted => Applied(
            request, "The cluster accepted the patch.", Workload.From(request.Plan.ResourceType, accepted.Written).TemplateDigest, now),
        WriteResult.Moved moved => Stale(
            request, $"{request.Plan.Workload} was changed at the last moment; the cluster did not apply the patch "
                + $"({moved.Failure.Message})", now),
        WriteResult.Outdated outdated => Stale(request, outdated.Message, now),
        WriteResult.Refused refused => Change(request, RequestState.Failed, AuditEvent.UndoFailed, refused.Message, now),
        WriteResult.Lost lost => Unknown(request, lost.Failure, now),
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };

    /// <summary>The patch arrived.</summary>
    public static RequestChange Applied(
        UndoRequest request, string message, string appliedDigest, DateTimeOffset now, long? revision = null) => new(
        request with
        {
            State = RequestState.Applied,
            AppliedDigest = appliedDigest,
            Lease = null,
            Outcome = new UndoOutcome(message, now, UndoRollout.Progressing, revision),
        },
        Record(request, AuditEvent.UndoApplied, message));

    /// <summary>The cluster is no longer as shown.</summary>
    public static RequestChange Stale(UndoRequest request, string message, DateTimeOffset now) =>
        Change(request, RequestState.Stale, AuditEvent.UndoStale,
            $"{message} {(request.PausingSince is null ? "Nothing was changed." : $"{request.Plan.Workload} was not changed.")}", now);

    /// <summary>Nobody let the fence through, so that the patch, which did not arrive so far, may still do so.</summary>
    public static RequestChange NotFenced(UndoRequest request, ClusterFailure failure, DateTimeOffset now) => Change(
        request,
        RequestState.Failed,
        AuditEvent.UndoFailed,
        "The patch has not arrived. That it never will cannot be made sure of, since the cluster refuses even an annotation: "
            + failure.Message,
        now);

    /// <summary>
    /// The workload was changed or deleted since by others, and shows no more whether the patch arrived; it is not sent again.
    /// </summary>
    public static RequestChange CannotBeTold(UndoRequest request, DateTimeOffset now) => Change(
        request,
        RequestState.Failed,
        AuditEvent.UndoFailed,
        "Whether the patch arrived cannot be told: the workload was changed or deleted by others since. Read k8s_rollout_history to see "
            + "what runs now.",
        now);

    /// <summary>The cluster gave no answer for so long that the question is left to people.</summary>
    public static RequestChange CannotBeTold(UndoRequest request, ClusterFailure failure, DateTimeOffset now) => Change(
        request,
        RequestState.Failed,
        AuditEvent.UndoFailed,
        $"Whether the patch arrived cannot be told: the cluster could not be read since. {failure.Message} Read k8s_rollout_history once "
            + "it can, to see what runs.",
        now);

    /// <summary>No process that runs speaks to the request's cluster any more; null if somebody saw its end meanwhile.</summary>
    public static RequestChange? Abandon(UndoRequest request, DateTimeOffset now)
    {
        const string Message = "No server speaks to its cluster any more, so that its end was not seen.";
        return request.State switch
        {
            RequestState.Executing => Unknown(request, null, now),
            RequestState.Unknown => Change(request, RequestState.Failed, AuditEvent.UndoFailed, Message, now),
            RequestState.Applied when !request.IsSettled => Rollout(request, new UndoOutcome(Message, now, UndoRollout.Degraded)),
            RequestState.Applied when request.Outcome is { Verification: { State: VerificationState.Watching } watch } outcome =>
                LaterTransitions.Verified(request, outcome with { Verification = watch.Broken(now, Message) }),
            _ => null,
        };
    }

    /// <summary>Whether the patch arrived is not known yet.</summary>
    public static RequestChange Unknown(UndoRequest request, ClusterFailure? failure, DateTimeOffset now) => Change(
        request,
        RequestState.Unknown,
        AuditEvent.UndoUnknown,
        request.Plan.IsRelease
            ? "The process that was to run helm is gone. Whether Helm has begun is being found out from its records."
            : $"{failure?.Message ?? "The process that was to send the patch is gone."} Whether it arrived is being found out.",
        now);

    /// <summary>How the rollout stands; recorded only when it is at its end.</summary>
    public static RequestChange Rollout(UndoRequest request, UndoOutcome outcome)
    {
        var auditEvent = outcome.Rollout switch
        {
            UndoRollout.Healthy => AuditEvent.RolloutHealthy,
            UndoRollout.Degraded => AuditEvent.RolloutDegraded,
            UndoRollout.Superseded => AuditEvent.RolloutSuperseded,
            _ => (AuditEvent?)null,
        };
        return auditEvent is { } ended
            ? new RequestChange(
                request with { Outcome = outcome, Lease = outcome.Verification is null ? null : request.Lease },
                Record(request, ended, outcome.Message, outcome))
            : new RequestChange(request with { Outcome = outcome });
    }

    private static RequestChange Change(
        UndoRequest request, RequestState state, AuditEvent auditEvent, string message, DateTimeOffset now)
    {
        var whole = state == RequestState.Unknown ? message : $"{message}{OwnerPauses.Left(request)}";
        return new(
            request with { State = state, Lease = null, Outcome = new UndoOutcome(whole, now) },
            Record(request, auditEvent, whole));
    }

    private static AuditDraft Record(
        UndoRequest request, AuditEvent auditEvent, string message, UndoOutcome? outcome = null) => request.Record(
        auditEvent,
        AuditActor.System,
        new JsonObject
        {
            ["message"] = message,
            ["problems"] = outcome?.Problems is not { Count: > 0 } problems
                ? null
                : new JsonArray([.. problems.Select(problem => JsonValue.Create($"{problem.Pod}: {problem.Reason}"))]),
            ["advice"] = outcome?.Pods?.Advice,
        });
}
