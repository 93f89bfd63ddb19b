using System.Text.Json.Nodes;
using McpRollout.Audit;

namespace McpRollout.Broker;

/// <summary>
/// The ticket without which nothing is written to a cluster. It exists only because one process claimed one approved request, durably and with its record;
/// a request can be claimed once. Not a record: <c>with</c> would copy it.
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
    /// Claims the request; null if it is not approved (any more), its time is over, or another process was first.
    /// If its approvals no longer suffice it ends here.
    /// </summary>
    internal static async Task<ApprovedUndo?> ClaimAsync(
        ApprovalBroker broker, string id, string holder, TimeSpan lease, IReadOnlyDictionary<string, string>? labels, CancellationToken cancellationToken)
    {
        var claimed = false;
        var request = await broker.ChangeCaseAsync(
            id,
            labels,
            @case =>
            {
                var (request, now) = (@case.Request, @case.Now);
                claimed = false;
                if (request.State != RequestState.Approved || now >= request.ExpiresAt)
                    return null;
                if (@case.Lacking is { } lacking)
                    return Deciding.Stop(request, lacking, now);
                claimed = true;
                return Announce(request.Lend(holder, now + lease), now);
            },
            cancellationToken).ConfigureAwait(false);
        return claimed ? new ApprovedUndo(request!) : null;
    }

    private static RequestChange Announce(UndoRequest request, DateTimeOffset now) => new(
        request with { State = RequestState.Executing, ExecutingSince = now },
        new AuditDraft(
            AuditEvent.UndoExecuting,
            AuditActor.System,
            request.Id,
            request.Plan,
            new JsonObject
            {
                ["approved_by"] = new JsonArray([.. request.Decisions.Select(decision => decision.Approver).Distinct().Select(name => JsonValue.Create(name))]),
                ["lease"] = request.Leases,
                ["trace_parent"] = request.TraceParent,
            }));
}
