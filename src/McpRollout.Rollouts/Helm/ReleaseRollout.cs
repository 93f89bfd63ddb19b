using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Helm;

/// <summary>A workload of a release as the cluster has it.</summary>
/// <param name="Workload">Which one.</param>
/// <param name="Status">How its rollout goes; null where it could not be read.</param>
/// <param name="Unread">Why it could not be read; null if it was.</param>
internal sealed record ReleaseWorkload(WorkloadRef Workload, RolloutStatus? Status, ClusterFailure? Unread)
{
    /// <summary>Whether it is not to be read, by a rule of this server or of the cluster: no later look would tell more.</summary>
    public bool IsOutOfReach => Unread?.Kind == ClusterFailureKind.Forbidden;

    /// <summary>What keeps it from being rolled out; null where nothing does, or it was not read.</summary>
    public string? Stall => Status is { State: not RolloutState.Complete } status ? $"{Workload}: {status.Message}" : null;
}

/// <summary>How the rollouts of a release's workloads go, as one.</summary>
/// <param name="State">The worst of them; what Helm says of the release counts, too.</param>
/// <param name="Message">What Helm says, and of each workload that is not complete what kubectl would.</param>
/// <param name="Replicas">The pods of all of them.</param>
internal sealed record ReleaseRollout(RolloutState State, string Message, ReplicaCounts Replicas)
{
    private const int DescriptionLength = 240;
    private const int ReasonLength = 240;
    private const int ReasonsTold = 2;

    /// <summary>Judges by the last revision and the workloads that it has, but for those that are out of reach. It is not complete where
    /// it is not known which workloads there are, or all of them are out of reach.</summary>
    public static ReleaseRollout Judge(ReleaseHistory history, IReadOnlyList<ReleaseWorkload> workloads)
    {
        var states = workloads.Where(each => !each.IsOutOfReach).Select(each => each.Status?.State ?? RolloutState.Progressing).ToList();
        var isKnown = history.Current.Record is { Manifest.Problem: null } && (states.Count > 0 || workloads.Count == 0);
        var status = history.Current.Status;
        var state = status.IsPending() || status == ReleaseStatus.Uninstalling ? RolloutState.Progressing
            : status == ReleaseStatus.Failed || states.Contains(RolloutState.Failed) ? RolloutState.Failed
            : states.Contains(RolloutState.Progressing) ? RolloutState.Progressing
            : states.Contains(RolloutState.Paused) ? RolloutState.Paused
            : isKnown ? RolloutState.Complete
            : RolloutState.Progressing;
        string[] said = [Said(history), .. workloads.Select(Said).OfType<string>(), .. OutOfReach(workloads)];
        return new(state, string.Join(' ', said), Sum([.. workloads.Select(each => each.Status?.Replicas).OfType<ReplicaCounts>()]));
    }

    /// <summary>What Helm says of the last revision, and of what stands in the way of the next.</summary>
    public static string Said(ReleaseHistory history)
    {
        var current = history.Current;
        var chart = current.Record is { } record ? $" ({ShownValue.Name(record.Chart.ToString())})" : "";
        var said = $"Helm calls revision {current.Number}{chart} of {history.Release.Name} {current.Status.ToName()}.";
        if (current.Problem is { } problem)
            return $"{said} Its record cannot be read: {problem}. Which workloads it has is not known.";
        if (current.Record?.Manifest.Problem is { } unread)
            said += $" Its manifest cannot be read to its end: {unread}. Which other workloads it has is not known.";
        return current.Status == ReleaseStatus.Failed && current.Record?.Description is { Length: > 0 } description
            ? $"{said} Its description (somebody's words): "
                + VisibleText.Quoted(VisibleText.EndsOf(
                    SecretText.Mask(ReleaseSecrets.Of(history).Mask(description)), DescriptionLength)) + "."
            : said;
    }

    private static string? Said(ReleaseWorkload each) =>
        each.IsOutOfReach ? null
        : each.Unread is { } unread ? $"{each.Workload}: {Reason(unread)}"
        : each.Status is { State: not RolloutState.Complete } status ? status.Message
        : null;

    private static IEnumerable<string> OutOfReach(IReadOnlyList<ReleaseWorkload> workloads)
    {
        List<ReleaseWorkload> unread = [.. workloads.Where(each => each.IsOutOfReach)];
        if (unread.Count == 0)
            yield break;
        yield return $"{unread.Count} of its {workloads.Count} workloads were not read: "
            + $"{NameList.Of(unread.Select(each => each.Workload.ToString()))}.";
        foreach (var reason in unread.Select(each => Reason(each.Unread!)).Distinct().Take(ReasonsTold))
            yield return reason;
    }

    private static string Reason(ClusterFailure failure) => VisibleText.Of(failure.Message, ReasonLength);

    private static ReplicaCounts Sum(IReadOnlyList<ReplicaCounts> counts) => new(
        counts.Sum(each => each.Desired),
        counts.Sum(each => each.Updated),
        counts.Sum(each => each.Ready),
        counts.Sum(each => each.Available));
}
