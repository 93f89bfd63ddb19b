using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Rollouts.Reading;

/// <summary>Reads who keeps a workload as a repository says.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="argoNamespace">Where Applications are whose mark names no namespace.</param>
internal sealed class OwnerReader(IClusterReader cluster, string argoNamespace)
{
    // Applications of Applications, and those that make them: more would be a mistake, or a circle.
    private const int MostGenerations = 5;

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
