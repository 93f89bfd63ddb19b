using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;

namespace McpRollout.Rollouts.History;

/// <summary>A rollout as it is at one moment.</summary>
/// <param name="History">The workload and its revisions, with the pods.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Problems">What holds it up, newest pods first.</param>
internal sealed record RolloutSnapshot(RevisionHistory History, RolloutStatus Status, IReadOnlyList<PodProblem> Problems)
{
    public Workload Workload => History.Workload;

    /// <summary>The current revision's number; null before the controller has made any.</summary>
    public long? CurrentRevision => History.Current?.Number;

    /// <summary>
    /// The problems that hold up the current revision: those of its pods; for a StatefulSet that goes in order those of all its pods, since
    /// it waits for a broken pod of whatever revision.
    /// </summary>
    public IReadOnlyList<PodProblem> CurrentProblems =>
        Workload.IsOrdered ? Problems
        : History.Current?.PodLabel is { } label
            ? [.. Problems.Where(problem => problem.RevisionLabel is null || problem.RevisionLabel == label)]
        : [];

    /// <summary>The same, with what only Events and the clock tell of what holds it up.</summary>
    /// <param name="events">Warnings about the namespace's pods and workloads.</param>
    /// <param name="now">The time.</param>
    public RolloutSnapshot Explained(IReadOnlyList<JsonElement> events, DateTimeOffset now) =>
        this with { Problems = [.. Problems, .. PodProblems.ToldByOthers(History.Pods, Workload.Raw, events, now)] };

    /// <summary>Judges what was read together.</summary>
    public static RolloutSnapshot Of(RevisionHistory history)
    {
        var sets = history.Workload.Type.HasReplicaSets() ? history.Revisions.Select(revision => revision.Raw) : [];
        IReadOnlyList<PodProblem> problems = [.. PodProblems.InReplicaSets(sets), .. PodProblems.In(history.Pods)];
        return new RolloutSnapshot(history, RolloutStatus.Judge(history.Workload), problems);
    }
}
