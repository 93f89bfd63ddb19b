using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Passkeys;

namespace McpRollout.Approvals.Requests;

/// <summary>What a decision, a cancellation or the passing of time makes of a request. Pure: time and people are given.</summary>
internal static class DecisionTransitions
{
    /// <summary>Why a decision cannot be taken now; null if it can.</summary>
    public static DecisionResult? Refusal(
        ApprovalEvaluation evaluation, DecisionAttempt attempt, Approver approver, SignedStatement? signed = null)
    {
        var (request, now) = (evaluation.Request, evaluation.Now);
        if (attempt.Plan != request.Plan.Digest)
            return new(DecisionOutcome.OtherPlan, "The decision is for another plan than this request's. Look at the page again.", request);
        if (request.State == RequestState.Expired || (request.State == RequestState.Pending && now >= request.ExpiresAt))
            return new(DecisionOutcome.Expired, "The request expired before anybody decided. The agent can ask again.", request);
        if (request.State != RequestState.Pending)
            return new(DecisionOutcome.AlreadyDecided, $"The request is {request.State.ToName()} already; nothing was changed.", request);
        if (signed is not null && signed.Statement != DecisionStatement.Of(evaluation, attempt, attempt.Passkey!.Nonce))
            return new(
                DecisionOutcome.OtherPlan, "The rules changed while you signed. Look at the page again, and decide once more.", request);
        if (evaluation.Approvers.FirstOrDefault(approver.IsSameAs) is not { } enrolled)
            return new(DecisionOutcome.NotAllowed, $"{approver.Name} is no longer enrolled.", request);
        if (enrolled.Identity is not null && LacksSignIn(attempt, enrolled, now) is { } lacking)
            return new(DecisionOutcome.SignInRequired, lacking, request);
        return signed is null || enrolled.Passkeys.Contains(signed.Device)
            ? evaluation.Refusal(attempt, enrolled)
            : new(DecisionOutcome.NotAllowed, "The device that signed was revoked.", request);
    }

    // Whom the provider no longer lets in decides nothing, whatever device of theirs signs.
    private static string? LacksSignIn(DecisionAttempt attempt, Approver approver, DateTimeOffset now) =>
        attempt.SignIn is not { } signIn || !signIn.Holds(approver, now)
            ? $"{approver.Name} decides while signed in through the company's provider: sign in, and decide again."
            : !attempt.BreaksGlass || signIn.IsFresh(now) ? null
            : signIn.AuthenticatedAt is null
                ? "The provider does not say when you proved who you are (auth_time), without which nobody approves alone."
                : $"Who approves alone must have proved who they are within the last {SignIn.Fresh.TotalMinutes} minutes: sign in again, "
                    + "and then approve.";

    /// <summary>The request after a decision that was not refused.</summary>
    /// <param name="evaluation">The request.</param>
    /// <param name="attempt">The decision.</param>
    /// <param name="approver">Whose it is.</param>
    /// <param name="signed">What their passkey signed; null where they gave their passphrase, or are signed in.</param>
    public static RequestChange Decide(
        ApprovalEvaluation evaluation, DecisionAttempt attempt, Approver approver, SignedStatement? signed = null)
    {
        var decision = new Decision(approver.Name, attempt.Verdict, evaluation.Now, Shown(attempt.Comment))
        {
            BreakGlass = attempt.BreaksGlass,
            Findings = attempt.Findings,
            Passkey = signed,
            WayHomeUntil = evaluation.Now + attempt.PreApproves,
        };
        var decided = evaluation with
        {
            Request = evaluation.Request with { Decisions = [.. evaluation.Request.Decisions, decision], Outcome = null },
        };
        var next = attempt.Verdict switch
        {
            Verdict.Deny => decided.Request with
            {
                State = RequestState.Denied,
                Outcome = OwnerPauses.Left(decided.Request) is { Length: > 0 } left
                    ? new UndoOutcome(left.TrimStart(), evaluation.Now)
                    : null,
            },
            _ when decided.UnmetRequirements is null => decided.Request with
            {
                State = RequestState.Approved,
                ExpiresAt = evaluation.Now + evaluation.Terms.Min(terms => terms.ExecutionLifetime),
            },
            _ => decided.Request,
        };
        var record = Record(attempt.Verdict == Verdict.Deny ? AuditEvent.UndoDenied : AuditEvent.UndoApproved);
        return attempt.BreaksGlass
            ? new RequestChange(next, record, Record(AuditEvent.UndoBreakGlass))
            : new RequestChange(next, record);

        AuditDraft Record(AuditEvent auditEvent) => Recorded(decided, next.State, attempt, decision, auditEvent);
    }

    /// <summary>The request after its agent took it back; null if it is too late for that, or done already.</summary>
    public static RequestChange? Cancel(UndoRequest request, Requester requester, string reason, DateTimeOffset now) =>
        request.State is not (RequestState.Pending or RequestState.Approved)
            ? null
            : new RequestChange(
                request with
                {
                    State = RequestState.Cancelled,
                    Outcome = new UndoOutcome($"Cancelled by the agent's side, in its words: "
                    + $"\"{VisibleText.Of(Shown(reason)!)}\"{OwnerPauses.Left(request)}", now)
                },
                request.Record(AuditEvent.UndoCancelled, requester.Actor, new JsonObject { ["reason"] = Shown(reason) }));

    /// <summary>The request after its time ran out; null if it has not, or no longer matters.</summary>
    public static RequestChange? Expire(UndoRequest request, DateTimeOffset now)
    {
        if (now < request.ExpiresAt || request.State is not (RequestState.Pending or RequestState.Approved))
            return null;
        var why = request switch
        {
            { State: RequestState.Approved } => "It was approved, and could not be carried out in time",
            { HeldAt: not null } => "It was held for what was new since it was approved, and not approved again in time",
            { Decisions.Count: 0 } => "Nobody decided in time",
            _ => "It was not approved by as many as must in time",
        };
        var message = request.PausingSince is null
            ? $"{why}; nothing was {(request.Leases == 0 ? "sent to" : "changed in")} the cluster."
            : $"{why}; {request.Plan.Workload} was not changed.{OwnerPauses.Left(request)}";
        return new RequestChange(
            request with { State = RequestState.Expired, Outcome = new UndoOutcome(message, now) },
            request.Record(AuditEvent.UndoExpired, AuditActor.System, new JsonObject { ["was"] = request.State.ToName() }));
    }

    /// <summary>Words as they are kept, masked: what is stored can be read later by more than those who were meant to.</summary>
    public static string? Shown(string? words) => words is null ? null : SecretText.Mask(words);

    private static AuditDraft Recorded(
        ApprovalEvaluation decided, RequestState state, DecisionAttempt attempt, Decision decision, AuditEvent auditEvent)
    {
        var detail = new JsonObject
        {
            ["state"] = state.ToName(),
            ["comment"] = Shown(attempt.Comment),
            ["findings"] = attempt.Findings,
            ["rules"] = new JsonArray([.. decided.Terms.Select(terms => terms.Rule).Distinct().Select(rule => JsonValue.Create(rule))]),
            ["approvals"] = new JsonObject { ["required"] = decided.Required, ["given"] = decided.Given },
        };
        if (attempt.BreaksGlass)
            detail["break_glass"] = true;
        if (attempt.PreApproves is { } length)
        {
            detail["way_home_seconds"] = (long)length.TotalSeconds;
            detail["way_home_until"] = decision.WayHomeUntil!.Value.UtcDateTime.ToString("O");
        }

        if (decision.Passkey is { } signed)
            detail["passkey"] = signed.ToJson();
        if (attempt.SignIn is { Approver.Identity: { } identity } signIn && signIn.Approver.Name == decision.Approver)
        {
            detail["sign_in"] = new JsonObject
            {
                ["issuer"] = identity.Issuer,
                ["subject"] = identity.Subject,
                ["authenticated_at"] = signIn.AuthenticatedAt?.UtcDateTime.ToString("O"),
            };
        }

        return decided.Request.Record(auditEvent, AuditActor.Human(decision.Approver, attempt.Surface), detail);
    }
}
