using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// The ticket without which no owner is paused. It exists only for the owner that the plan of an approved undo names, once the announcement
/// is stored, and for the process that holds the request. Not a record: <c>with</c> would copy it.
/// </summary>
internal sealed class ApprovedPause
{
    private int _used;

    private ApprovedPause(UndoRequest request) => Request = request;

    /// <summary>The request as it was then.</summary>
    public UndoRequest Request { get; }

    /// <summary>True for the first caller, false ever after.</summary>
    public bool TryUse() => Interlocked.Exchange(ref _used, 1) == 0;

    /// <summary>Announces the pause and renews the lease; null if the request is not being carried out any more, held by another process,
    /// or its plan pauses nobody.</summary>
    internal static async Task<ApprovedPause?> ClaimAsync(
        ApprovalBroker broker, UndoRequest held, TimeSpan lease, TimeProvider time, CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            held.Id,
            labels: null,
            evaluation => evaluation.UnmetRequirements is null
                ? OwnerPauses.Claim(evaluation.Request, held, lease, time.GetUtcNow())
                : null,
            cancellationToken);
        return claim is { Change.Next: { } announced } ? new ApprovedPause(announced) : null;
    }
}
