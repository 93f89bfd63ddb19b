using System.Text.Json.Nodes;
using McpRollout.Audit;
using McpRollout.Person;
using McpRollout.Rollouts;

namespace McpRollout.Broker;

/// <summary>What a decision, a cancellation or the passing of time makes of a request. Pure: time and people are given.</summary>
internal static class Deciding
{
    /// <summary>Why a decision cannot be taken now; null if it can.</summary>
    public static DecisionResult? Refusal(UndoRequest request, DecisionAttempt attempt, Approver approver, DateTimeOffset now)
    {
        if (attempt.Plan != request.Plan.Digest)
            return new(DecisionOutcome.OtherPlan, "The decision is for another plan than this request's. Look at the page again.", request);
        if (request.State == RequestState.Expired || (request.State == RequestState.Pending && now >= request.ExpiresAt))
            return new(DecisionOutcome.Expired, "The request expired before anybody decided. The agent can ask again.", request);
        if (request.State != RequestState.Pending)
            return new(DecisionOutcome.AlreadyDecided, $"The request is {request.State.ToName()} already; nothing was changed.", request);
        if (request.Decisions.Any(earlier => IsBy(approver, earlier)))
            return new(DecisionOutcome.AlreadyDecided, $"{approver.Name} has decided already; each person counts once.", request);
        return null;
    }

    /// <summary>The request after a decision that was not refused.</summary>
    public static RequestChange Decide(
        UndoRequest request, DecisionAttempt attempt, Approver approver, DateTimeOffset now, TimeSpan executionLifetime)
    {
        var decision = new Decision(approver.Name, attempt.Verdict, now, attempt.Comment);
        var decided = request with { Decisions = [.. request.Decisions, decision] };
        var next = attempt.Verdict switch
        {
            Verdict.Deny => decided with { State = RequestState.Denied },
            _ when decided.GivenApprovals >= decided.RequiredApprovals =>
                decided with { State = RequestState.Approved, ExpiresAt = now + executionLifetime },
            _ => decided,
        };
        return new RequestChange(next, new AuditDraft(
            attempt.Verdict == Verdict.Deny ? AuditEvent.UndoDenied : AuditEvent.UndoApproved,
            AuditActor.Human(approver.Name, attempt.Surface),
            request.Id,
            request.Plan,
            new JsonObject
            {
                ["comment"] = attempt.Comment,
                ["approvals"] = new JsonObject { ["required"] = next.RequiredApprovals, ["given"] = next.GivenApprovals },
            }));
    }

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
            ? "Nobody decided in time; nothing was sent to the cluster."
            : "It was approved, and could not be carried out in time; nothing was sent to the cluster.";
        return new RequestChange(
            request with { State = RequestState.Expired, Outcome = new UndoOutcome(message, now) },
            new AuditDraft(
                AuditEvent.UndoExpired, AuditActor.System, request.Id, request.Plan, new JsonObject { ["was"] = request.State.ToName() }));
    }

    private static bool IsBy(Approver approver, Decision decision) =>
        string.Equals(decision.Approver, approver.Name, StringComparison.OrdinalIgnoreCase);
}
