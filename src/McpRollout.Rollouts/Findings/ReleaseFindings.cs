using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>What is worth knowing of a release before anybody goes back to one of its revisions.</summary>
internal static class ReleaseFindings
{
    /// <summary>All findings, the gravest first.</summary>
    /// <param name="history">The release.</param>
    /// <param name="owners">Who keeps its workloads as a repository says, as far as they were read.</param>
    /// <param name="commands">How a person goes back.</param>
    /// <param name="now">The time.</param>
    /// <param name="target">The revision to go back to; null where none is chosen.</param>
    public static IReadOnlyList<Finding> For(ReleaseHistory history, IReadOnlyList<(WorkloadRef Workload, OwnerRef Owner)> owners,
        ReleaseCommands commands, DateTimeOffset now, ReleaseRevision? target = null) =>
        FindingKinds.Ordered(new[] { Owned(owners), Pending(history, commands, now), Unproven(history, target) }.OfType<Finding>());

    /// <summary>How to have the release go back instead of one workload of it; null where its records were not read, or do not have the
    /// workload.</summary>
    public static string? Instead(UndoFacts facts)
    {
        if (facts.Release is not { } history || !history.Has(facts.Workload.Ref))
            return null;

        var (name, current) = (history.Release.Name, history.Current);
        var ask = $"ask with resource_type {ReleaseRef.TypeName}, name {name}";
        if (facts.Target == facts.History.Current)
            return $"Its release {name} is at revision {current.Number} ({current.Status.ToName()}); {ask} to see what its revisions have.";
        return history.WithImages(facts.Workload.Ref, facts.Target.Template) switch
        {
            null => $"No revision of its release {name} that was read has these images.",
            var match when match == current =>
                $"Its release {name} has these images in its current revision {match.Number}: the workload was changed beside Helm.",
            var match => $"Its release {name} has these images in revision {match.Number}: {ask}, to_revision {match.Number}, "
                + $"current_revision {current.Number} to go back as a whole.",
        };
    }

    // Flux drives Helm; Argo CD renders charts by itself, and leaves no release.
    private static Finding? Owned(IReadOnlyList<(WorkloadRef Workload, OwnerRef Owner)> owners)
    {
        var found = owners.DistinctBy(each => each.Owner)
            .Select(each => $"{each.Owner} ({each.Owner.Kind.ToTool()}), by the marks of {each.Workload}");
        return FindingKinds.ManagedBy.OfAny(found, names => $"What {names} says is put back after a rollback.");
    }

    // Of a revision that was not brought to its end nobody knows whether its workloads ever ran.
    private static Finding? Unproven(ReleaseHistory history, ReleaseRevision? target) =>
        target is null || history.Earlier.Contains(target)
            ? null
            : FindingKinds.TargetWasFailing.Of(
                $"Helm calls revision {target.Number} {target.Status.ToName()}: it may never have been in force as a whole.");

    /// <summary>Somebody is at the release, or was ended in the middle of it.</summary>
    private static Finding? Pending(ReleaseHistory history, ReleaseCommands commands, DateTimeOffset now)
    {
        var current = history.Current;
        if (!current.Status.IsPending())
            return null;
        var since = current.DeployedAt is { } begun ? $" since {TimeText.Of(begun)} ({TimeText.Of(now - begun)})" : "";
        var holds = $"Revision {current.Number} of {history.Release.Name} is {current.Status.ToName()}{since}: a helm process is at work "
            + "on it, or was ended before it was done. While it is, helm upgrade refuses with \"another operation is in progress\".";
        return HelmFindingKinds.ReleasePending.Of(history.Earlier.FirstOrDefault() is { } earlier
            ? $"{holds} Once nobody works on it any more, a rollback is the way out: "
                + commands.Rollback(history.Release, earlier.Number)
            : $"{holds} There is no earlier revision to roll back to: once nobody works on it any more, it has to be uninstalled.");
    }
}
