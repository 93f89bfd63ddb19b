using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Reverts;

/// <summary>
/// The ticket without which nothing is opened at a host. It exists only for the revert that the plan of an applied undo names, once the
/// announcement is stored, and for the process that sees to it. Not a record: <c>with</c> would copy it.
/// </summary>
internal sealed class ApprovedRevert
{
    private int _used;

    private ApprovedRevert(UndoRequest request, bool mayBeOpened) => (Request, MayBeOpened) = (request, mayBeOpened);

    /// <summary>The request as it was then.</summary>
    public UndoRequest Request { get; }

    /// <summary>Whether an earlier attempt may have opened it.</summary>
    public bool MayBeOpened { get; }

    /// <summary>True for the first caller, false ever after.</summary>
    public bool TryUse() => Interlocked.Exchange(ref _used, 1) == 0;

    /// <summary>Announces an attempt; null if there is nothing to open, or another process sees to it.</summary>
    public static async Task<ApprovedRevert?> ClaimAsync(
        ApprovalBroker broker, string id, string holder, Func<RevertProgress, bool> isHeldByOther, RevertLimits limits, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var claim = await broker.ChangeAsync(
            id,
            labels: null,
            evaluation => RevertTransitions.Announce(evaluation.Request, holder, isHeldByOther, limits, time.GetUtcNow()),
            cancellationToken);
        return claim is { Change.Next: { } announced } ? new(announced, claim.Before.Revert?.SentAt is not null) : null;
    }
}
