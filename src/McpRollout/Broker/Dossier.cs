using McpRollout.Rollouts;

namespace McpRollout.Broker;

/// <summary>What was known when the undo was asked for: kept with the request, since the cluster forgets it.</summary>
/// <param name="Health">How the workload was.</param>
/// <param name="Diff">Both templates line by line, masked.</param>
internal sealed record Dossier(HealthView Health, IReadOnlyList<DiffLine> Diff)
{
    /// <summary>Takes down what was read.</summary>
    /// <param name="history">The workload and its revisions, with its pods if they were read.</param>
    /// <param name="target">The revision asked for.</param>
    public static Dossier Of(RevisionHistory history, Revision target)
    {
        var snapshot = RolloutSnapshot.Of(history);
        return new Dossier(
            new HealthView(snapshot.Status.State, snapshot.Status.Message, snapshot.Status.Replicas, snapshot.Problems, null),
            TemplateDiff.Between(history.Workload.Template, target.Template));
    }
}
