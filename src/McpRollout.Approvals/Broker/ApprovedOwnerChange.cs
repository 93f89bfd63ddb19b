using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// The ticket without which no owner is paused or resumed. It exists only for the owner that the plan of an approved request names, once
/// the announcement is stored, and for the process that holds the request. Not a record: <c>with</c> would copy it.
/// </summary>
internal sealed class ApprovedOwnerChange
{
    private int _used;

    private ApprovedOwnerChange(UndoRequest request) => Request = request;

    /// <summary>The request as it was then.</summary>
    public UndoRequest Request { get; }

    /// <summary>Which owner it is.</summary>
    public OwnerRef Owner => Request.Plan.Resume?.Owner ?? Request.Plan.Pause!.Owner;

    /// <summary>What is done to it: <c>paused</c> or <c>resumed</c>.</summary>
    public string Done => Request.Plan.Resume is null ? "paused" : "resumed";

    /// <summary>True for the first caller, false ever after.</summary>
    public bool TryUse() => Interlocked.Exchange(ref _used, 1) == 0;

    /// <summary>Announces the change and renews the lease; null if the request is not being carried out any more, held by another process,
    /// its approvals no longer suffice, or its plan names no owner to change.</summary>
    internal static async Task<ApprovedOwnerChange?> ClaimAsync(
        ApprovalBroker broker, UndoRequest held, TimeSpan lease, TimeProvider time, CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            held.Id,
            labels: null,
            evaluation => evaluation.UnmetRequirements is null
                ? OwnerPauses.Claim(evaluation.Request, held, lease, time.GetUtcNow())
                    ?? OwnerResumes.Claim(evaluation.Request, held, lease, time.GetUtcNow())
                : null,
            cancellationToken);
        return claim is { Change.Next: { } announced } ? new ApprovedOwnerChange(announced) : null;
    }
}
