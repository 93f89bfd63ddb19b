using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// The ticket to hand over the fields of an applied undo: their announcement is stored, and this process holds the request. The same patch
/// may be sent again, so it is not used up.
/// </summary>
internal sealed class ApprovedHandover
{
    private ApprovedHandover(UndoRequest request, FieldHandover handover) => (Request, Handover) = (request, handover);

    /// <summary>The request as it was then.</summary>
    public UndoRequest Request { get; }

    public FieldHandover Handover { get; }

    /// <summary>Announces it and renews the lease; null if the request is at its end, held by another process, or it was tried often
    /// enough.</summary>
    internal static async Task<ApprovedHandover?> ClaimAsync(
        ApprovalBroker broker, UndoRequest held, FieldHandover handover, TimeSpan lease, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            held.Id,
            labels: null,
            evaluation => LaterTransitions.HandOver(evaluation.Request, held, handover.Owner, lease, time.GetUtcNow()),
            cancellationToken);
        return claim is { Change.Next: { } announced } ? new ApprovedHandover(announced, handover) : null;
    }
}
