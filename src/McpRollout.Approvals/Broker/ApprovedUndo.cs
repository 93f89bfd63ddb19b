using McpRollout.Approvals.Requests;

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
        return Of(claim);
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
        return Of(claim);
    }

    /// <summary>
    /// A ticket for the next patch, once none of this claim was sent or the one before was refused. The lease is renewed right before the
    /// patch: who took the request over meanwhile keeps it, and approvals that no longer suffice stop it.
    /// </summary>
    internal async Task<(ApprovedUndo? Ticket, string? WhyNot)> RenewAsync(
        ApprovalBroker broker, TimeSpan lease, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        string? whyNot = null;
        var renewed = await broker.ChangeAsync(
            Request.Id,
            labels,
            evaluation =>
            {
                var (found, now) = (evaluation.Request, evaluation.Now);
                whyNot = found.State != RequestState.Executing || !found.IsStillHeldAs(Request)
                    ? "Another process took over before the patch was sent. Nothing was sent to the cluster."
                    : evaluation.UnmetRequirements is { } unmet ? ExecutionTransitions.NoLonger(unmet) : null;
                return whyNot is null ? new RequestChange(found.Renew(now + lease) with { ExecutingSince = now }) : null;
            },
            cancellationToken);
        return (Of(renewed), whyNot);
    }

    private static ApprovedUndo? Of(TransitionResult? claim) =>
        claim is { Change.Next: { State: RequestState.Executing } claimed } ? new ApprovedUndo(claimed) : null;
}
