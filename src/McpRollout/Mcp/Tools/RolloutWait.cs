namespace McpRollout.Mcp.Tools;

/// <summary>Waits for a rollout, by the cluster's own watch.</summary>
internal sealed class RolloutWait(
    IClusterReader cluster, WorkloadReader workloads, TimeProvider time, IHostApplicationLifetime? process = null)
{
    // Pods may fail without a change of the workload, and a watch may be refused.
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterRefusedWatch = TimeSpan.FromSeconds(1);

    /// <summary>The rollout once it is complete, failed or paused, or as it is when the limit is over, or this server stops.</summary>
    public async Task<ClusterAnswer<RolloutSnapshot>> UntilSettledAsync(
        WorkloadRef workload, TimeSpan limit, ToolProgress progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var stopping = process?.ApplicationStopping ?? CancellationToken.None;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        var freshness = Freshness.Cached;
        while (true)
        {
            var snapshot = await workloads.ReadStatusAsync(workload, freshness, cancellationToken);
            var left = limit - time.GetElapsedTime(started);
            if (!snapshot.Succeeded || snapshot.Value.Status.State != RolloutState.Progressing || left <= TimeSpan.Zero
                || stopping.IsCancellationRequested)
                return snapshot;
            await progress.ReportAsync(snapshot.Value.Status.Message, cancellationToken);
            var pause = left < RereadAfter ? left : RereadAfter;
            try
            {
                await WorkloadChange.WaitAsync(cluster, snapshot.Value.Workload, pause, AfterRefusedWatch, time, end.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
            }

            // The watch may be ahead of the cache, which would then show again what was read before.
            freshness = Freshness.Latest;
        }
    }
}
