using McpRollout.Mcp.Tools;

namespace McpRollout.Forwarding;

/// <summary>What the approving side has. That it does not answer must not keep anybody from what the cluster says.</summary>
internal sealed class ForwardedMemory(ApprovingSide approving) : IUndoMemory
{
    public async Task<IReadOnlyList<EarlierUndo>?> EarlierAsync(
        ClusterIdentity cluster, WorkloadRef workload, CancellationToken cancellationToken) =>
        (await approving.UndosOfAsync(cluster, workload, uid: null, cancellationToken))?.Earlier;

    public async Task<OpenUndo> OpenAsync(ClusterIdentity cluster, WorkloadRef workload, CancellationToken cancellationToken) =>
        (await approving.UndosOfAsync(cluster, workload, uid: null, cancellationToken))?.Open ?? new(IsKnown: false);
}
