using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Broker;

/// <summary>Appends to the record where the cluster shows that an undo took effect which had ended as failed.</summary>
internal sealed class LateTruth(ApprovalBroker broker, TimeProvider time)
{
    /// <summary>Looks for marks of undos that are not known to have been carried out.</summary>
    /// <param name="history">The workload as it was read.</param>
    /// <param name="known">The undos of it that are known to have been; null if that could not be read.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task SeeAsync(RevisionHistory history, IReadOnlyList<EarlierUndo>? known, CancellationToken cancellationToken)
    {
        foreach (var id in known is null ? [] : UndoMarkers.RequestsOn(history).Except(known.Select(undo => undo.RequestId)))
        {
            try
            {
                await broker.ChangeAsync(
                    id, found => LaterTransitions.SeenLate(found, history, time.GetUtcNow()), cancellationToken);
            }
            catch (StoreUnavailableException)
            {
                // Nobody is kept from the cluster's history, and the mark stays where it is.
                return;
            }
        }
    }
}
