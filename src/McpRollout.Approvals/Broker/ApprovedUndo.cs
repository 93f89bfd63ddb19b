using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// The ticket without which nothing is written to a cluster. It exists only because one process claimed one approved request, durably and
/// with its record; a request can be claimed once. Not a record: <c>with</c> would copy it.
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
    /// Claims the request under its workload's labels as they are now; null if it is not approved (any more), its time or its approvals no
    /// longer suffice, or another process was first.
    /// </summary>
    internal static async Task<ApprovedUndo?> ClaimAsync(ApprovalBroker broker, string id, string holder, TimeSpan lease,
        IReadOnlyDictionary<string, string>? labels, CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            id, labels, evaluation => ExecutionTransitions.Claim(evaluation, holder, lease), cancellationToken);
        return claim is { Change.Next: { State: RequestState.Executing } claimed } ? new ApprovedUndo(claimed) : null;
    }
}
