using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Rollouts.Reading;

/// <summary>Reads who keeps a workload as a repository says.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="argoNamespace">Where Applications are whose mark names no namespace.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnerReader(IClusterReader cluster, string argoNamespace, TimeProvider time)
{
    // Applications of Applications, and those that make them: more would be a mistake, or a circle.
    private const int MostGenerations = 5;

    /// <summary>How long is waited for an owner that is only to be told of.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The owner that the workload's marks name; null where they name none.</summary>
    public OwnerRef? Of(Workload workload) => OwnerMarks.Of(workload, argoNamespace);

    /// <summary>The owner; a failure of kind <see cref="ClusterFailureKind.NotFound"/> also where it says that the workload is not one of
    /// its resources.</summary>
    public async Task<ClusterAnswer<Owner>> ReadAsync(OwnerRef owner, WorkloadRef workload, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(owner, cancellationToken);
        return read is { Succeeded: true, Value: { } found } && !found.Manages(workload)
            ? new ClusterFailure(ClusterFailureKind.NotFound, $"{owner} does not list {workload} among its resources.")
            : read;
    }

    /// <summary>The workload's owner, if it is known to be paused by an undo.</summary>
    public async Task<Owner?> PausedAsync(Workload workload, CancellationToken cancellationToken) =>
        Of(workload) is { } owner
        && await SoonAsync(owner, cancellationToken) is { Succeeded: true, Value: { PutsBack: false, PausedBy: not null } paused }
        && paused.Manages(workload.Ref)
            ? paused
            : null;

    /// <summary>The owner, if it answers soon.</summary>
    public async Task<ClusterAnswer<Owner>> SoonAsync(OwnerRef owner, CancellationToken cancellationToken)
    {
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await ReadAsync(owner, hurry.Token).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await hurry.CancelAsync();
            return new ClusterFailure(ClusterFailureKind.Unreachable, $"{owner} did not answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    /// <summary>The owner, whoever asks.</summary>
    public async Task<ClusterAnswer<Owner>> ReadAsync(OwnerRef owner, CancellationToken cancellationToken)
    {
        var answer = await cluster.GetOwnerAsync(owner, cancellationToken);
        return answer.Succeeded ? new Owner(owner, answer.Value) : answer.Failure;
    }

    /// <summary>Who would undo a pause of this owner, as an owner of owners does; null where nobody would. A failure where one cannot be
    /// read.</summary>
    public async Task<ClusterAnswer<OwnerResumer>> ResumerOfAsync(Owner owner, CancellationToken cancellationToken)
    {
        for (var generation = 0; generation < MostGenerations; generation++)
        {
            if (OwnerResumer.MakerOf(owner) is { } maker)
                return maker;
            if (OwnerMarks.Of(owner, argoNamespace) is not { } above || above == owner.Ref || !OwnerResumer.CanResume(owner, above))
                return OwnerResumer.Nobody;
            var read = await ReadAsync(above, cancellationToken);
            if (!read.Succeeded)
                return read.Failure.Kind == ClusterFailureKind.NotFound ? OwnerResumer.Nobody : read.Failure;
            if (read.Value.PutsBack)
                return new OwnerResumer(above.ToString());
            owner = read.Value;
        }

        return OwnerResumer.Nobody;
    }
}
