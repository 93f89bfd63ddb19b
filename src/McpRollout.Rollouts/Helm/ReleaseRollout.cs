using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Helm;

/// <summary>A workload of a release as the cluster has it.</summary>
/// <param name="Workload">Which one.</param>
/// <param name="Status">How its rollout goes; null where it could not be read.</param>
/// <param name="Unread">Why it could not be read; null if it was.</param>
internal sealed record ReleaseWorkload(WorkloadRef Workload, RolloutStatus? Status, string? Unread);

/// <summary>How the rollouts of a release's workloads go, as one.</summary>
/// <param name="State">The worst of them; what Helm says of the release counts, too.</param>
/// <param name="Message">What Helm says, and of each workload that is not complete what kubectl would.</param>
/// <param name="Replicas">The pods of all of them.</param>
internal sealed record ReleaseRollout(RolloutState State, string Message, ReplicaCounts Replicas)
{
    private const int DescriptionLength = 240;

    /// <summary>Judges by the last revision and the workloads that it has.</summary>
    public static ReleaseRollout Judge(ReleaseHistory history, IReadOnlyList<ReleaseWorkload> workloads)
    {
        var states = workloads.Select(each => each.Status?.State ?? RolloutState.Progressing).ToList();
        var status = history.Current.Status;
        var state = status.IsPending() || status == ReleaseStatus.Uninstalling ? RolloutState.Progressing
            : status == ReleaseStatus.Failed || states.Contains(RolloutState.Failed) ? RolloutState.Failed
            : states.Contains(RolloutState.Progressing) ? RolloutState.Progressing
            : states.Contains(RolloutState.Paused) ? RolloutState.Paused
            : RolloutState.Complete;
        string[] said = [Said(history), .. workloads.Select(Said).OfType<string>()];
        return new(state, string.Join(' ', said), Sum([.. workloads.Select(each => each.Status?.Replicas).OfType<ReplicaCounts>()]));
    }

    /// <summary>What Helm says of the last revision, and of what stands in the way of the next.</summary>
    public static string Said(ReleaseHistory history)
    {
        var current = history.Current;
        var chart = current.Record is { } record ? $" ({ShownValue.Name(record.Chart.ToString())})" : "";
        var said = $"Helm calls revision {current.Number}{chart} of {history.Release.Name} {current.Status.ToName()}.";
        if (current.Problem is { } problem)
            return $"{said} Its record cannot be read: {problem}.";
        return current.Status == ReleaseStatus.Failed && current.Record?.Description is { Length: > 0 } description
            ? $"{said} Its description (somebody's words): "
                + $"{VisibleText.Quoted(VisibleText.EndsOf(SecretText.Mask(description), DescriptionLength))}."
            : said;
    }

    private static string? Said(ReleaseWorkload each) =>
        each.Unread is { } unread ? $"{each.Workload}: {unread}"
        : each.Status is { State: not RolloutState.Complete } status ? status.Message
        : null;

    private static ReplicaCounts Sum(IReadOnlyList<ReplicaCounts> counts) => new(
        counts.Sum(each => each.Desired),
        counts.Sum(each => each.Updated),
        counts.Sum(each => each.Ready),
        counts.Sum(each => each.Available));
}
