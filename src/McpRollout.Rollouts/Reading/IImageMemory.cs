using McpRollout.Rollouts.History;

namespace McpRollout.Rollouts.Reading;

/// <summary>Remembers which images containers were seen to run: pods are forgotten by the cluster, and names of images move.</summary>
internal interface IImageMemory
{
    /// <summary>Takes notice of what the pods run. Returns at once, and fails nobody.</summary>
    void See(RevisionHistory history);

    /// <summary>What is on record of the workload's images; null where it cannot be read.</summary>
    Task<ImageRecord?> OfAsync(RevisionHistory history, CancellationToken cancellationToken);
}
