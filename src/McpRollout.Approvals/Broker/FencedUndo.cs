using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// The ticket for a fence: one process took over a request whose patch may have been sent, durably and with the record that announces the
/// fence. The fence may be sent again: it is the same one. Not a record: <c>with</c> would copy it.
/// </summary>
internal sealed class FencedUndo
{
    private FencedUndo(UndoRequest request) => Request = request;

    /// <summary>The request as it was taken over.</summary>
    public UndoRequest Request { get; }

    /// <summary>Takes the request over; null if there is no patch to look for (any more), or another process looks after it.</summary>
    internal static async Task<FencedUndo?> TakeOverAsync(
        ApprovalBroker broker,
        string id,
        string holder,
        TimeSpan lease,
        Func<UndoRequest, bool> isHeldByOther,
        CancellationToken cancellationToken)
    {
        var taken = await broker.ChangeAsync(
            id,
            labels: null,
            evaluation => isHeldByOther(evaluation.Request)
                ? null
                : ExecutionTransitions.TakeOver(evaluation.Request, holder, evaluation.Now + lease, evaluation.Now),
            cancellationToken);
        if (taken is not { Change.Next: { } request })
            return null;
        ExecutionMeter.Claimed(ClaimKind.Fenced);
        return new FencedUndo(request);
    }
}
