using System.Text.Json.Nodes;
using McpRollout.Audit;
using McpRollout.Broker.Policies;
using McpRollout.Person;
using McpRollout.Rollouts;

namespace McpRollout.Broker;

/// <summary>What a decision, a cancellation or the passing of time makes of a request. Pure: time and people are given.</summary>
internal static class Deciding
{
    /// <summary>Why a decision cannot be taken now; null if it can.</summary>
    public static DecisionResult? Refusal(ApprovalCase @case, DecisionAttempt attempt, Approver approver)
    {
        var (request, now) = (@case.Request, @case.Now);
        if (attempt.Plan != request.Plan.Digest)
            return new(DecisionOutcome.OtherPlan, "The decision is for another plan than this request's. Look at the page again.", request);
        if (request.State == RequestState.Expired || (request.State == RequestState.Pending && now >= request.ExpiresAt))
            return new(DecisionOutcome.Expired, "The request expired before anybody decided. The agent can ask again.", request);
        if (request.State != RequestState.Pending)
            return new(DecisionOutcome.AlreadyDecided, $"The request is {request.State.ToName()} already; nothing was changed.", request);
        return @case.Approvers.Any(enrolled => enrolled.Name == approver.Name && enrolled.EnrolledAt == approver.EnrolledAt)
            ? @case.Refusal(attempt, approver)
            : new(DecisionOutcome.NotAllowed, $"{approver.Name} is no longer enrolled.", request);
    }

    /// <summary>The request after a decision that was not refused.</summary>
    public static RequestChange Decide(ApprovalCase @case, DecisionAttempt attempt, Approver approver)
    {
        var decision = new Decision(approver.Name, attempt.Verdict, @case.Now, attempt.Comment) { BreakGlass = attempt.BreaksGlass };
        var decided = @case with { Request = @case.Request with { Decisions = [.. @case.Request.Decisions, decision] } };
        var next = attempt.Verdict switch
        {
            Verdict.Deny => decided.Request with { State = RequestState.Denied },
            _ when decided.Lacking is null => decided.Request with
            {
                State = RequestState.Approved,
                ExpiresAt = @case.Now + @case.Terms.Min(terms => terms.ExecutionLifetime),
            },
            _ => decided.Request,
        };
        var record = Record(decided, attempt, approver, attempt.Verdict == Verdict.Deny ? AuditEvent.UndoDenied : AuditEvent.UndoApproved);
        return attempt.BreaksGlass
            ? new RequestChange(next, record, Record(decided, attempt, approver, AuditEvent.UndoBreakGlass))
            : new RequestChange(next, record);
    }

    /// <summary>The approved request that can no longer be carried out, for want of what it had when it was approved.</summary>
    public static RequestChange Stop(UndoRequest request, string lacking, DateTimeOffset now)
    {
        var message = NoLonger(lacking);
        return new RequestChange(
            request with { State = RequestState.Failed, Outcome = new UndoOutcome(message, now) },
            new AuditDraft(AuditEvent.UndoFailed, AuditActor.System, request.Id, request.Plan, new JsonObject { ["message"] = message }));
    }

    /// <summary>Why an approved request is not carried out.</summary>
    public static string NoLonger(string lacking) =>
        $"Since it was approved, a rule, a freeze or the approvers have changed. {lacking} Nothing was sent to the cluster.";

    /// <summary>The request after its agent took it back; null if it is too late for that, or done already.</summary>
    public static RequestChange? Cancel(UndoRequest request, Requester requester, string reason, DateTimeOffset now) =>
        request.State is not (RequestState.Pending or RequestState.Approved)
            ? null
            : new RequestChange(
                request with { State = RequestState.Cancelled, Outcome = new UndoOutcome($"Cancelled by the agent's side, in its words: \"{VisibleText.Of(reason)}\"", now) },
                new AuditDraft(
                    AuditEvent.UndoCancelled, AuditActor.Agent(requester), request.Id, request.Plan, new JsonObject { ["reason"] = reason }));

    /// <summary>The request after its time ran out; null if it has not, or no longer matters.</summary>
    public static RequestChange? Expire(UndoRequest request, DateTimeOffset now)
    {
        if (now < request.ExpiresAt || request.State is not (RequestState.Pending or RequestState.Approved))
            return null;
        var message = request.State == RequestState.Pending
            ? $"{(request.Decisions.Count == 0 ? "Nobody decided" : "It was not approved by as many as must")} in time; nothing was sent to the cluster."
            : "It was approved, and could not be carried out in time; nothing was sent to the cluster.";
        return new RequestChange(
            request with { State = RequestState.Expired, Outcome = new UndoOutcome(message, now) },
            new AuditDraft(
                AuditEvent.UndoExpired, AuditActor.System, request.Id, request.Plan, new JsonObject { ["was"] = request.State.ToName() }));
    }

    private static AuditDraft Record(ApprovalCase decided, DecisionAttempt attempt, Approver approver, AuditEvent auditEvent)
    {
        var detail = new JsonObject
        {
            ["comment"] = attempt.Comment,
            ["rules"] = new JsonArray([.. decided.Terms.Select(terms => terms.Rule).Distinct().Select(rule => JsonValue.Create(rule))]),
            ["approvals"] = new JsonObject { ["required"] = decided.Required, ["given"] = decided.Given },
        };
        if (attempt.BreaksGlass)
            detail["break_glass"] = true;
        return new AuditDraft(auditEvent, AuditActor.Human(approver.Name, attempt.Surface), decided.Request.Id, decided.Request.Plan, detail);
    }
}
