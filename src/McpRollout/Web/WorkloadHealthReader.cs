using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Reads the health of a request's workload, with little patience: the page must come even if the cluster does not
/// answer.</summary>
internal sealed class WorkloadHealthReader(IClusterReader cluster, WorkloadReader workloads, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<WorkloadHealth> ReadAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // The wait bounds what the token cannot: a credential plugin, a name that does not resolve.
            return await ReadPatientlyAsync(request, hurry.Token).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await hurry.CancelAsync();
            return new WorkloadHealth(Unreadable: $"the cluster did not answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    private async Task<WorkloadHealth> ReadPatientlyAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return new WorkloadHealth(Unreadable: identity.Failure.Message);
        if (identity.Value.Server != request.Plan.Server)
            return new WorkloadHealth(OtherCluster: identity.Value.Name);

        var status = await workloads.ReadStatusAsync(request.Plan.Workload, Freshness.Cached, cancellationToken);
        if (status.Succeeded)
            return new WorkloadHealth(status.Value, Moved: Moved(request, status.Value.History));
        return new WorkloadHealth(
            Unreadable: status.Failure.Message,
            Moved: status.Failure.Kind == ClusterFailureKind.NotFound ? Moved(request, null) : null);
    }

    // Once the patch is under way, the workload is meant to move.
    private static string? Moved(UndoRequest request, RevisionHistory? history) =>
        request.State is RequestState.Pending or RequestState.Approved ? Staleness.Of(request.Plan, history) : null;
}
