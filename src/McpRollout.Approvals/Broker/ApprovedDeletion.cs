using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>
/// The ticket without which no pod is deleted. It exists only for a pod that the plan of an applied undo names, once its announcement is
/// stored, and for the process that holds the request. Not a record: <c>with</c> would copy it.
/// </summary>
internal sealed class ApprovedDeletion
{
    private int _used;

    private ApprovedDeletion(UndoRequest request, PodRef pod) => (Request, Pod) = (request, pod);

    /// <summary>The request as it was then.</summary>
    public UndoRequest Request { get; }

    public PodRef Pod { get; }

    /// <summary>True for the first caller, false ever after.</summary>
    public bool TryUse() => Interlocked.Exchange(ref _used, 1) == 0;

    /// <summary>Announces the deletion and renews the lease; null if the request is at its end, held by another process, or its plan does
    /// not name the pod.</summary>
    internal static async Task<ApprovedDeletion?> ClaimAsync(
        ApprovalBroker broker, UndoRequest held, PodRef pod, TimeSpan lease, TimeProvider time, CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            held.Id,
            labels: null,
            evaluation => PodDeletions.Claim(evaluation.Request, held, pod, lease, time.GetUtcNow()),
            cancellationToken);
        return claim is { Change.Next: { } announced } ? new ApprovedDeletion(announced, pod) : null;
    }
}
