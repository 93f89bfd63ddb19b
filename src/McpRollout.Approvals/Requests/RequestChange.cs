using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>A transition and the records of it. They commit together or not at all.</summary>
/// <param name="Next">The request after the transition.</param>
/// <param name="Records">Its audit records; a change of state must have one.</param>
internal sealed record RequestChange(UndoRequest Next, params IReadOnlyList<AuditDraft> Records);

/// <summary>What became of a request when a transition was tried.</summary>
/// <param name="Before">The request as it was found.</param>
/// <param name="Change">What was stored; null if the transition changes nothing.</param>
internal sealed record TransitionResult(UndoRequest Before, RequestChange? Change)
{
    /// <summary>The request as it is now.</summary>
    public UndoRequest Request => Change?.Next ?? Before;
}

/// <summary>The records of a request.</summary>
internal static class RequestRecords
{
    /// <summary>The record of its being made.</summary>
    public static AuditDraft Asked(this UndoRequest request) => request.Record(AuditEvent.UndoRequested, AskerOf(request), new JsonObject
    {
        ["reason"] = request.Reason,
        ["on_behalf_of"] = request.Requester.Person,
        ["way_home_of"] = request.WayHome?.Undo,
        ["rule"] = request.Terms?.Rule,
        ["expires_at"] = request.ExpiresAt.UtcDateTime.ToString("O"),
        ["findings"] = new JsonArray([.. request.Findings.Select(finding =>
            new JsonObject { ["severity"] = finding.Severity.ToName(), ["code"] = finding.Code })]),
        ["delete_pods"] = request.Plan.PodsJson(),
        ["pin_images"] = request.Plan.PinsJson(),
        ["pause_owner"] = request.Plan.PauseJson(),
        ["open_revert"] = request.Plan.Revert?.ToJson(),
        ["resume_owner"] = request.Plan.ResumeJson(),
        ["trace_parent"] = request.TraceParent,
    });

    /// <summary>A record of something that happened to it, in its trace.</summary>
    public static AuditDraft Record(this UndoRequest request, AuditEvent auditEvent, AuditActor actor, JsonObject detail)
    {
        if (request.TraceId is { } traceId)
            detail["trace_id"] = traceId;
        return new(auditEvent, actor, request.Id, request.Plan.Target, detail);
    }

    private static AuditActor AskerOf(UndoRequest request) => request.WayHome is null ? request.Requester.Actor
        : request.WayHome.Person is { } person ? AuditActor.Human(person, "page") : AuditActor.System;
}
