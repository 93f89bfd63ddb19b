using System.Text.Json.Nodes;
using McpRollout.Audit;
using McpRollout.Broker.Storage;

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

    /// <summary>Claims the request; null if it is not approved (any more), its time is over, or another process was first.</summary>
    internal static async Task<ApprovedUndo?> ClaimAsync(
        RequestStore store, string id, string holder, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var claimed = false;
        var request = await store.ChangeAsync(
            id,
            request =>
            {
                claimed = request.State == RequestState.Approved && now < request.ExpiresAt;
                return claimed ? Announce(request.Lend(holder, now + lease), now) : null;
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
                ["approved_by"] = new JsonArray([.. request.Decisions.Select(decision => JsonValue.Create(decision.Approver))]),
                ["lease"] = request.Leases,
                ["trace_parent"] = request.TraceParent,
            }));
}
