using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Broker;

/// <summary>What the store remembers of undos that were carried out.</summary>
internal sealed class EarlierUndos(RequestStore store)
{
    /// <summary>How many requests for a workload are looked through.</summary>
    private const int Remembered = 50;

    /// <summary>Those of a workload, the latest first; null where the store cannot be read, which must not keep anybody from the cluster's
    /// history.</summary>
    public async Task<IReadOnlyList<EarlierUndo>?> OfAsync(string server, WorkloadRef workload, CancellationToken cancellationToken)
    {
        try
        {
            var requests = await store.ListOfAsync(server, workload, Remembered, cancellationToken);
            return [.. requests.Select(Of).OfType<EarlierUndo>()];
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>What a request tells of it; null for one of which nothing is known to have arrived.</summary>
    public static EarlierUndo? Of(UndoRequest request) =>
        request is { State: RequestState.Applied, ExecutingSince: { } sent, Outcome: { Rollout: { } rollout } outcome }
            ? new(
                request.Id,
                request.Plan.Uid,
                request.Plan.FromRevision,
                request.Plan.ToRevision,
                request.Plan.FromDigest,
                request.StandingDigest,
                sent,
                outcome.At,
                rollout is UndoRollout.Healthy or UndoRollout.Degraded ? outcome.Revision : null,
                outcome.GotWorse ? UndoRollout.Degraded : rollout)
            : null;
}
