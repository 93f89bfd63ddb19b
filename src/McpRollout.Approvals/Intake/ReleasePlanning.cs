using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Checks a wish for a rollback against what Helm has, and plans it. Pure.</summary>
internal static class ReleasePlanning
{
    private const int MostRevisions = 20;
    private const int LongestDescription = 240;
    private const int LongestImage = 400;

    /// <summary>Why this cannot be asked for; null if it can.</summary>
    /// <param name="ask">The wish.</param>
    /// <param name="history">The release, with the records of its last revision and of the target.</param>
    /// <param name="scope">Which namespaces may be spoken of.</param>
    public static IntakeRefusal? Refusal(IntakeInput ask, ReleaseHistory history, ClusterScope scope)
    {
        var (release, current) = (ask.Workload, history.Current);
        if (current.Number != ask.CurrentRevision)
            return new IntakeRefusal.NotCurrent(release, ask.CurrentRevision, current.Number);
        if (history.Find(ask.ToRevision) is not { } target)
            return new IntakeRefusal.NoSuchRevision(release, ask.ToRevision, [.. history.Revisions.Select(each => each.Number)]);
        if (target == current)
        {
            return new IntakeRefusal.TargetCurrent(
                release, current.Number, [.. history.Revisions.Skip(1).Select(each => each.Number)]);
        }

        foreach (var each in new[] { current, target })
        {
            if (Unreadable(each) is { } why)
                return new IntakeRefusal.ReleaseUnreadable(release, each.Number, why);
        }

        string[] outside = [.. Namespaces(current, target).Where(space => !scope.Allows(space)).Distinct().Order(StringComparer.Ordinal)];
        return outside.Length == 0 ? null : new IntakeRefusal.OutsideNamespaces(release, outside);
    }

    /// <summary>What an approval binds.</summary>
    public static UndoPlan Plan(ClusterIdentity cluster, ReleaseHistory history, ReleaseRevision target) => new(
        cluster.Name,
        cluster.Server,
        ResourceType.HelmRelease,
        history.Release.Namespace,
        history.Release.Name,
        history.Current.Entry.Uid,
        history.Current.Number,
        target.Number,
        history.Current.Record!.Digest,
        target.Record!.Digest);

    /// <summary>What is no longer as the plan says, in a sentence; null if all is. No history means that the release is gone.</summary>
    public static string? Moved(UndoPlan plan, ReleaseHistory? history)
    {
        if (history is null)
            return $"{plan.Workload} no longer exists in namespace {plan.Namespace}.";
        if (history.Current.Number != plan.FromRevision)
            return $"{plan.Workload} has got revision {history.Current.Number} since it was shown, when {plan.FromRevision} was its last.";
        if (history.Current.Entry.Uid != plan.Uid)
            return $"{plan.Workload} was taken away and installed again since it was shown.";
        if (history.Current.Record?.Digest != plan.FromDigest)
            return $"Revision {plan.FromRevision} of {plan.Workload} is not what was shown.";
        return history.Find(plan.ToRevision) is not { } target ? $"Revision {plan.ToRevision} is gone: Helm has pruned it."
            : target.Record?.Digest == plan.ToDigest ? null
            : $"Revision {plan.ToRevision} is not what was shown.";
    }

    /// <summary>What an approval carries out, in order, and what of it is not in this server's hands.</summary>
    public static IReadOnlyList<string> Steps(UndoPlan plan, ReleaseRecord target, ReleaseCommands commands) =>
    [
        $"Read {plan.Workload} in {plan.Namespace} again; stop if its last revision is not {plan.FromRevision} any more, or that or "
            + $"revision {plan.ToRevision} is no longer what is shown here.",
        $"Run {commands.Rollback(ReleaseRef.Of(plan.Workload), plan.ToRevision)}, once. Helm makes revision {plan.ReleaseRevision} of it, "
            + "and stops there if somebody else makes it first; after that nothing guards its objects: what others change at the same "
            + "moment is overwritten, and what the target does not have is deleted.",
        .. Hooks("Helm runs these hooks", target.Hooks.Where(hook => hook.RunsOnRollback)),
        .. Hooks("Helm does not run these hooks, which are for other occasions", target.Hooks.Where(hook => !hook.RunsOnRollback)),
        "Follow the rollouts of its workloads until they are healthy, degraded or superseded.",
    ];

    /// <summary>What is known of the release when it is asked for.</summary>
    public static RequestSnapshot Snapshot(
        ReleaseHistory history, ReleaseRevision target, ReleaseRollout rollout, IReadOnlyList<PodProblem> problems) => new(
        new HealthView(rollout.State, rollout.Message, rollout.Replicas, problems, null),
        [.. history.Revisions.Where((each, at) => at < MostRevisions || each == target).Select(Note)],
        history.Revisions.Count(each => each.Number > target.Number),
        ReleaseDiff.Between(history.Current.Record!.Manifest, target.Record!.Manifest));

    /// <summary>All workloads that a rollback may change, each once.</summary>
    public static IEnumerable<(WorkloadRef Workload, JsonElement Body)> Workloads(ReleaseHistory history, ReleaseRevision target) =>
        from revision in new[] { target, history.Current }
        from each in revision.Record!.Manifest.Objects
        let workload = each.Workload(history.Release.Namespace)
        where workload is not null
        group each.Body by workload into same
        select (same.Key, same.First());

    private static RevisionNote Note(ReleaseRevision revision) => new(
        revision.Number,
        revision.DeployedAt,
        revision.Record?.Description is { Length: > 0 } words ? VisibleText.Of(SecretText.Mask(words), LongestDescription) : null,
        [.. (revision.Record?.Manifest.Images ?? []).Select(image => VisibleText.EndsOf(
            $"{ShownValue.Name(image.Object.Name)}/{ShownValue.Name(image.Container)}: {image.Image}", LongestImage))],
        [
            $"Helm calls it {revision.Status.ToName()}",
            .. revision.Record is { } record ? new[] { $"chart {ShownValue.Name(record.Chart.ToString())}" } : [],
        ]);

    private static string? Unreadable(ReleaseRevision revision) =>
        revision.Record is { } record ? record.Manifest.Problem : revision.Problem ?? "its record was not read";

    private static IEnumerable<string> Namespaces(params ReleaseRevision[] revisions) =>
        from revision in revisions
        from each in revision.Record!.Manifest.Objects.Concat(
            revision.Record.Hooks.SelectMany(hook => ReleaseManifest.Read(hook.Manifest).Objects))
        where each.Name.Namespace is not null
        select each.Name.Namespace;

    private static IEnumerable<string> Hooks(string what, IEnumerable<ReleaseHook> hooks)
    {
        string[] named = [.. hooks.Select(hook =>
            $"{ShownValue.Name(hook.Kind)} {ShownValue.Name(hook.Name)} ({ShownValue.Name(string.Join(", ", hook.Events))})")];
        return named.Length == 0 ? [] : [$"{what}: {NameList.Of(named)}."];
    }
}
