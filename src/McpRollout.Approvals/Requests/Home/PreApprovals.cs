using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests.Home;

/// <summary>
/// The way back of an undo that all who approved the undo approved along with it. It lets exactly one request through, once and for a
/// limited time; whatever would need a fresh look leaves that request to people. Pure.
/// </summary>
internal static class PreApprovals
{
    // What is so whichever way the template goes: who approved the undo knew it.
    private static readonly string[] EitherWay = [FindingKinds.ManagedBy.Code, FindingKinds.OnDelete.Code, FindingKinds.Partition.Code];

    // Where it leads is not there any more.
    private static readonly string[] NoWayBack = [FindingKinds.ImageGone.Code, FindingKinds.ImageNotPullable.Code];

    /// <summary>What the approvals of an undo let through; null where not each of them does, or it is a way back itself.</summary>
    public static PreApproval? Of(UndoRequest undo)
    {
        Decision[] approvals = [.. undo.Approvals];
        return undo is { WayHome: null, PreApproval: null, Plan: { IsRelease: false, Resume: null } } && approvals.Length > 0
            && Array.TrueForAll(approvals, each => each is { WayHomeUntil: not null, BreakGlass: false })
                ? new(
                    undo.Id,
                    approvals.Min(each => each.WayHomeUntil)!.Value,
                    [.. approvals.Select(each => each with { Findings = null })])
                : null;
    }

    /// <summary>Whether a plan leads from what the undo made back to exactly what ran before it, and does nothing else.</summary>
    public static bool LeadsHome(UndoPlan plan, UndoRequest undo) =>
        plan is { Pods.Count: 0, Pins: null, Pause: null, Resume: null, Revert: null }
        && (plan.Cluster, plan.Server, plan.Workload, plan.Uid)
            == (undo.Plan.Cluster, undo.Plan.Server, undo.Plan.Workload, undo.Plan.Uid)
        && (plan.FromRevision, plan.FromDigest) == (undo.Outcome?.Revision ?? 0, undo.StandingDigest)
        && (plan.ToRevision, plan.ToDigest) == (undo.Plan.FromRevision, undo.Plan.FromDigest);

    /// <summary>The request, approved by those approvals, with its record; null where people have to decide.</summary>
    /// <param name="evaluation">The request before the terms that hold now.</param>
    /// <param name="undo">An undo that ended in a way that may be taken back.</param>
    /// <param name="others">The workload's requests, among which one may have used the approvals up.</param>
    public static RequestChange? LetThrough(ApprovalEvaluation evaluation, UndoRequest undo, IEnumerable<UndoRequest> others)
    {
        var (request, now) = (evaluation.Request, evaluation.Now);
        if (request is not { State: RequestState.Pending, Decisions.Count: 0, HeldAt: null, PreApproval: null }
            || Of(undo) is not { } given || !LeadsHome(request.Plan, undo)
            || others.Any(other => other.PreApproval?.Undo == undo.Id) || NeedsALook(evaluation, undo, given))
            return null;
        var approved = evaluation with { Request = request with { PreApproval = given } };
        if (approved.UnmetRequirements is not null)
            return null;
        var next = approved.Request with
        {
            State = RequestState.Approved,
            ExpiresAt = Earlier(given.Until, now + evaluation.Terms.Min(terms => terms.ExecutionLifetime)),
        };
        return new RequestChange(next, next.Record(AuditEvent.UndoPreapproved, AuditActor.System, new JsonObject
        {
            ["message"] = $"Approved beforehand, with {undo.Id}, by {NameList.Of(given.Approvals.Select(each => each.Approver))}.",
            ["undo"] = undo.Id,
            ["until"] = given.Until.UtcDateTime.ToString("O"),
            ["approved_by"] = new JsonArray([.. given.Approvals.Select(each => new JsonObject
            {
                ["approver"] = each.Approver, ["at"] = each.At.UtcDateTime.ToString("O"), ["device"] = each.Passkey?.Device,
            })]),
        }));
    }

    /// <summary>What an approver chose of the way back, for a line about their decision; empty where nothing.</summary>
    public static string Choice(Decision decision) =>
        decision.WayHomeUntil is { } until ? $", the way home too until {TimeText.ToTheSecond(until)}" : "";

    /// <summary>What let a request through without a further decision, in a sentence without its full stop; null if nothing did.</summary>
    public static string? Origin(PreApproval? preApproval) => preApproval is { Approvals: { Count: > 0 } approvals } given
        ? $"approved beforehand, with {given.Undo}, by {NameList.Of(approvals.Select(each => each.Approver))}"
        : null;

    // A freeze that somebody could lift, a denial since the approvals, a rollout that recovered after it was called degraded, or something
    // that would hold a patch.
    private static bool NeedsALook(ApprovalEvaluation evaluation, UndoRequest undo, PreApproval given) =>
        evaluation.Freezes.Count > 0
        || given.Approvals.Any(each => evaluation.Request.EarlierDenials.Any(denial => denial.At >= each.At))
        || evaluation.Request.Findings.Any(finding => NoWayBack.Contains(finding.Code)
            || (finding.Code == FindingKinds.CurrentHealthy.Code && undo.Outcome is { GotWorse: false }))
        || FindingNews.Since([.. undo.Findings.Where(finding => EitherWay.Contains(finding.Code))], evaluation.Request.Findings).Count > 0;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
