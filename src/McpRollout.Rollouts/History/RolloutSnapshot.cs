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
    /// it waits for a broken pod of whatever revision; and pods of whatever revision that should be gone.
    /// </summary>
    public IReadOnlyList<PodProblem> CurrentProblems =>
        Workload.IsOrdered ? Problems
        : [.. Problems.Where(problem => problem.Reason == PodProblem.Terminating
            || problem.RevisionLabel is null || problem.RevisionLabel == History.Current?.PodLabel)];

    /// <summary>What holds it up first, then how far it is, and who serves meanwhile.</summary>
    public string Words
    {
        get
        {
            List<string> said =
            [
                .. new[]
                {
                    Stall.Sentence(this), Status.Message, ServingPods.Sentence(History), ReplacedPods.Sentence(History),
                }.OfType<string>(),
            ];

            // kubectl's own words, of which some end without a point.
            return string.Join(' ', [.. said[..^1].Select(each => each.EndsWith('.') ? each : $"{each}."), said[^1]]);
        }
    }

    /// <summary>The same, with what only Events and the clock tell of what holds it up.</summary>
    /// <param name="events">Warnings about the namespace's pods and workloads.</param>
    /// <param name="now">The time.</param>
    /// <param name="since">When what is rolled out was applied; null where only the cluster's record tells.</param>
    public RolloutSnapshot Explained(IReadOnlyList<JsonElement> events, DateTimeOffset now, DateTimeOffset? since = null)
    {
        var started = since is { } applied ? (WarningEvent.InSecondsOf(applied), WarningEvent.InSecondsOf(applied))
            : RevisionStart.OfCurrent(History);
        return this with { Problems = [.. Problems, .. PodProblems.ToldByOthers(History.Pods, Workload, events, started, now)] };
    }

    /// <summary>Judges what was read together.</summary>
    public static RolloutSnapshot Of(RevisionHistory history)
    {
        var sets = history.Workload.Type.HasReplicaSets() ? history.Revisions.Select(revision => revision.Raw) : [];
        IReadOnlyList<PodProblem> problems = [.. PodProblems.InReplicaSets(sets), .. PodProblems.In(history.Pods)];
        return new RolloutSnapshot(history, RolloutStatus.Judge(history.Workload), problems);
    }
}
