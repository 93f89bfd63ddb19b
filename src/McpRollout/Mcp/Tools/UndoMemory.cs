using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary>What is known of a workload's undos beside what the cluster says. It cannot be read without the store, or the approving side
/// that has it.</summary>
internal interface IUndoMemory
{
    /// <summary>The undos that were carried out, the latest first; null where they cannot be read.</summary>
    Task<IReadOnlyList<EarlierUndo>?> EarlierAsync(ClusterIdentity cluster, WorkloadRef workload, CancellationToken cancellationToken);

    /// <summary>Takes notice of what the workload shows of undos that are not among those; by default that is the approving
    /// side's.</summary>
    Task SeeAsync(RevisionHistory history, IReadOnlyList<EarlierUndo>? known, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<OpenUndo> OpenAsync(ClusterIdentity cluster, WorkloadRef workload, CancellationToken cancellationToken);
}

/// <summary>An open undo of a workload, if there is one.</summary>
/// <param name="IsKnown">Whether that could be found out.</param>
/// <param name="View">The request in short; null if none is open, or it is not known.</param>
/// <param name="WorkloadUid">The workload that it is about: one that was made again under the same name, or is in another cluster, is
/// another one.</param>
internal sealed record OpenUndo(bool IsKnown, PendingUndoView? View = null, string? WorkloadUid = null);

/// <summary>What this process's own store has.</summary>
internal sealed class StoredUndos(EarlierUndos earlier, LateTruth late, ApprovalBroker broker, PageLink page) : IUndoMemory
{
    public Task<IReadOnlyList<EarlierUndo>?> EarlierAsync(
        ClusterIdentity cluster, WorkloadRef workload, CancellationToken cancellationToken) =>
        earlier.OfAsync(cluster.Server, workload, cancellationToken);

    public Task SeeAsync(RevisionHistory history, IReadOnlyList<EarlierUndo>? known, CancellationToken cancellationToken) =>
        late.SeeAsync(history, known, cancellationToken);

    public async Task<OpenUndo> OpenAsync(ClusterIdentity cluster, WorkloadRef workload, CancellationToken cancellationToken)
    {
        try
        {
            if (await broker.FindOpenAsync(cluster.Server, workload, cancellationToken) is not { } open)
                return new(IsKnown: true);
            await page.SettleAsync(cancellationToken);
            return new(true, new PendingUndoView(open.Id, open.State, open.Plan.ToRevision, page.Of(open.Id)), open.Plan.Uid);
        }
        catch (StoreUnavailableException)
        {
            return new(IsKnown: false);
        }
    }
}
