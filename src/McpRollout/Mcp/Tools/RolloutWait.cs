using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Reading;
using McpRollout.Rollouts.Status;

namespace McpRollout.Mcp.Tools;

/// <summary>Waits for a rollout, by the cluster's own watch.</summary>
internal sealed class RolloutWait(IClusterReader cluster, WorkloadReader workloads, TimeProvider time)
{
    // Pods may fail without a change of the workload, and a watch may be refused.
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterRefusedWatch = TimeSpan.FromSeconds(1);

    /// <summary>The rollout once it is complete, failed or paused, or as it is when the limit is over.</summary>
    public async Task<ClusterAnswer<RolloutSnapshot>> UntilSettledAsync(
        WorkloadRef workload, TimeSpan limit, ToolProgress progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var freshness = Freshness.Cached;
        while (true)
        {
            var snapshot = await workloads.ReadStatusAsync(workload, freshness, cancellationToken).ConfigureAwait(false);
            var left = limit - time.GetElapsedTime(started);
            if (!snapshot.Succeeded || snapshot.Value.Status.State != RolloutState.Progressing || left <= TimeSpan.Zero)
                return snapshot;
            await progress.TellAsync(snapshot.Value.Status.Message, cancellationToken).ConfigureAwait(false);
            await ChangeAsync(snapshot.Value.Workload, left < RereadAfter ? left : RereadAfter, cancellationToken).ConfigureAwait(false);

            // The watch may be ahead of the cache, which would then show again what was read before.
            freshness = Freshness.Latest;
        }
    }

    private async Task ChangeAsync(Workload seen, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await foreach (var change in cluster.WatchWorkloadAsync(seen.Ref, seen.ResourceVersion, either.Token).ConfigureAwait(false))
            {
                if (change.Succeeded)
                    return;
                break;
            }

            await Task.Delay(AfterRefusedWatch, time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
