using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// The ticket without which nothing is written to a cluster, good for one patch. It exists only because one process claimed one approved
/// request, durably and with its record, and still holds it. Not a record: <c>with</c> would copy it.
/// </summary>
internal sealed class ApprovedUndo
{
    private int _used;

    private ApprovedUndo(UndoRequest request) => Request = request;

    /// <summary>The request as it was claimed.</summary>
    public UndoRequest Request { get; }

    /// <summary>True for the first caller, false ever after.</summary>
    public bool TryUse() => Interlocked.Exchange(ref _used, 1) == 0;

    /// <summary>
    /// Claims the request under its workload's labels and with what is known as they are now; null if it is not approved (any more), its
    /// time or its approvals no longer suffice, or another process was first.
    /// </summary>
    internal static async Task<ApprovedUndo?> ClaimAsync(ApprovalBroker broker, string id, string holder, TimeSpan lease,
        IReadOnlyDictionary<string, string>? labels, IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            id, labels, evaluation => ExecutionTransitions.Claim(evaluation, findings, holder, lease), cancellationToken);
        return Counted(claim, ClaimKind.Approved);
    }

    /// <summary>Claims a request again whose earlier patch is proved to have no effect; null if somebody else has it, or it ends
    /// here.</summary>
    internal static async Task<ApprovedUndo?> ClaimAgainAsync(
        ApprovalBroker broker,
        UndoRequest fenced,
        TimeSpan lease,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyList<Finding> findings,
        CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            fenced.Id, labels, evaluation => ExecutionTransitions.ClaimAgain(evaluation, findings, fenced, lease), cancellationToken);
        return Counted(claim, ClaimKind.Again);
    }

    /// <summary>
    /// A ticket for the next patch, once none of this claim was sent or the one before was refused; or why there is none. The lease is
    /// renewed right before the patch: who took the request over meanwhile keeps it, approvals that no longer suffice stop it, and what is
    /// new since then asks people again.
    /// </summary>
    internal async Task<(ApprovedUndo? Ticket, WriteResult? WhyNot)> RenewAsync(
        ApprovalBroker broker,
        TimeSpan lease,
        IReadOnlyDictionary<string, string>? labels,
        IReadOnlyList<Finding> findings,
        CancellationToken cancellationToken)
    {
        WriteResult? whyNot = null;
        var renewed = await broker.ChangeAsync(
            Request.Id,
            labels,
            evaluation =>
            {
                var (found, now) = (evaluation.Request, evaluation.Now);
                var isTaken = found.State != RequestState.Executing || !found.IsStillHeldAs(Request);
                var asking = isTaken ? null : ExecutionTransitions.AskIfNew(evaluation, findings);
                whyNot = isTaken ? new WriteResult.Refused(
                        "Another process took over before the patch was sent. Nothing was sent to the cluster.")
                    : asking is not null ? new WriteResult.Held()
                    : evaluation.UnmetRequirements is { } unmet ? new WriteResult.Refused(ExecutionTransitions.NoLonger(unmet))
                    : null;
                return whyNot is null ? new RequestChange(found.Renew(now + lease) with { ExecutingSince = now }) : asking;
            },
            cancellationToken);
        var ticket = whyNot is null ? Of(renewed) : null;
        return (ticket, ticket is null ? whyNot ?? new WriteResult.Refused("The request is gone. Nothing was sent to the cluster.") : null);
    }

    private static ApprovedUndo? Counted(TransitionResult? claim, ClaimKind kind)
    {
        var undo = Of(claim);
        if (undo is not null)
            ExecutionMeter.Claimed(kind);
        return undo;
    }

    private static ApprovedUndo? Of(TransitionResult? claim) =>
        claim is { Change.Next: { State: RequestState.Executing } claimed } ? new ApprovedUndo(claimed) : null;
}
