using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Reading;

/// <summary>Waits for the next change of a workload, by the cluster's own watch.</summary>
internal static class WorkloadChange
{
    /// <summary>
    /// Ends when the workload is newer than it was seen, or when the limit is over: pods may fail without a change of the workload. After a
    /// watch that was refused or ended without a change it pauses, so that the next look is in no hurry.
    /// </summary>
    public static async Task WaitAsync(
        IClusterReader cluster, Workload seen, TimeSpan limit, TimeSpan pause, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await foreach (var change in cluster.WatchWorkloadAsync(seen.Ref, seen.ResourceVersion, either.Token))
            {
                if (change.Succeeded)
                    return;
                break;
            }

            await Task.Delay(pause, time, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
