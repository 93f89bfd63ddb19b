using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Checks a wish for a rollback against what Helm has, and plans it. Pure.</summary>
internal static class ReleasePlanning
{
    private const int MostRevisions = 20;
    private const int LongestDescription = 240;
    private const int LongestImage = 400;

    // What charts have of those that Kubernetes itself keeps outside of namespaces.
    private static readonly HashSet<string> ClusterKinds =
    [
        "APIService", "CSIDriver", "ClusterRole", "ClusterRoleBinding", "ClusterTrustBundle", "CustomResourceDefinition", "DeviceClass",
        "FlowSchema", "IngressClass", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "Node",
        "PersistentVolume", "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttributesClass",
    ];

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

        if (current.Status is ReleaseStatus.Uninstalled or ReleaseStatus.Uninstalling)
            return new IntakeRefusal.ReleaseTakenAway(release, current.Status);
        foreach (var each in new[] { current, target })
        {
            if (Unreadable(each) is { } why)
                return new IntakeRefusal.ReleaseUnreadable(release, each.Number, why);
        }

        var outside = Outside(history, target, scope);
        return outside.Count == 0 ? null : new IntakeRefusal.OutsideNamespaces(release, outside);
    }

    /// <summary>What a rollback may change in places that must not be spoken of: namespaces, and kinds that are of none.</summary>
    public static IReadOnlyList<string> Outside(ReleaseHistory history, ReleaseRevision target, ClusterScope scope) => scope.IsWhole
        ? []
        : [.. Objects(history.Current, target)
            .Select(each => ClusterKinds.Contains(each.Kind) ? $"{each.Kind} {each.Name}"
                : NamespaceOf(each) is { } space && !scope.Allows(space) ? $"namespace {space}"
                : null)
            .OfType<string>().Distinct().Order(StringComparer.Ordinal)];

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
        history.Current.StandingDigest!,
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
        if (history.Current.StandingDigest != plan.FromDigest)
            return $"Revision {plan.FromRevision} of {plan.Workload} is {history.Current.Status.ToName()} now, and not what was shown.";
        return history.Find(plan.ToRevision) is not { } target ? $"Revision {plan.ToRevision} is gone: Helm has pruned it."
            : target.Record?.Digest == plan.ToDigest ? null
            : $"Revision {plan.ToRevision} is not what was shown.";
    }

    /// <summary>What an approval carries out, in order, and what of it is not in this server's hands.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="target">What Helm has of the target.</param>
    /// <param name="commands">How helm is called.</param>
    /// <param name="unsure">What could not be rehearsed, in sentences.</param>
    public static IReadOnlyList<string> Steps(
        UndoPlan plan, ReleaseRecord target, ReleaseCommands commands, IReadOnlyList<string> unsure) =>
    [
        $"Read {plan.Workload} in {plan.Namespace} again; stop if its last revision is not {plan.FromRevision} any more, or that or "
            + $"revision {plan.ToRevision} is no longer what is shown here.",
        $"Run {commands.Rollback(ReleaseRef.Of(plan.Workload), plan.ToRevision)}, once. Helm makes revision {plan.ReleaseRevision} of it, "
            + "and changes what the target has otherwise; what the target does not have is deleted. Nothing guards that: what others "
            + "change at the same moment is overwritten, and an upgrade that begins within the second before is taken back with it.",
        .. Hooks("Helm runs these hooks", target.Hooks.Where(hook => hook.RunsOnRollback)),
        .. Hooks("Helm does not run these hooks, which are for other occasions", target.Hooks.Where(hook => !hook.RunsOnRollback)),
        "Follow the rollouts of its workloads until they are healthy, degraded or superseded.",
        .. unsure,
    ];

    /// <summary>What is known of the release when it is asked for.</summary>
    public static RequestSnapshot Snapshot(
        ReleaseHistory history, ReleaseRevision target, ReleaseRollout rollout, IReadOnlyList<PodProblem> problems) => new(
        new HealthView(rollout.State, rollout.Message, rollout.Replicas, problems, null),
        [.. history.Revisions.Where((each, at) => at < MostRevisions || each == target).Select(Note)],
        history.Revisions.Count(each => each.Number > target.Number),
        ReleaseDiff.Between(history.Current.Record!.Manifest, target.Record!.Manifest));

    /// <summary>What rules are asked about besides the release: its workloads, with the labels that they have now, had, and get; and each
    /// other namespace that it has objects in.</summary>
    /// <param name="history">The release.</param>
    /// <param name="target">The revision to go back to.</param>
    /// <param name="now">Its workloads as the cluster has them, as far as they were read.</param>
    public static IEnumerable<(WorkloadRef Workload, IReadOnlyDictionary<string, string> Labels)> Covered(
        ReleaseHistory history, ReleaseRevision target, IEnumerable<Workload> now)
    {
        var release = history.Release;
        var workloads =
            from revision in new[] { target, history.Current }
            from each in revision.Record!.Manifest.Objects
            let workload = each.Workload(release.Namespace)
            where workload is not null
            select (workload, each.Body.TextsAt("metadata", "labels"));
        var namespaces = Objects(history.Current, target)
            .Select(NamespaceOf).OfType<string>()
            .Where(space => space != release.Namespace).Distinct();
        return
        [
            .. workloads, .. now.Select(each => (each.Ref, each.Labels)),
            .. namespaces.Select(space => (
                new WorkloadRef(ResourceType.HelmRelease, space, release.Name), JsonElement.Parse("{}").TextsAt("labels"))),
        ];
    }

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

    private static string? Unreadable(ReleaseRevision revision) => revision.Record is not { } record
        ? revision.Problem ?? "its record was not read"
        : record.Manifest.Problem ?? record.Hooks.Select(hook => hook.Parts.Problem).FirstOrDefault(problem => problem is not null);

    // What is of no namespace may name one all the same, which the API server drops.
    private static string? NamespaceOf(ObjectName each) => each.Kind == "Namespace" ? each.Name : each.Namespace;

    private static IEnumerable<ObjectName> Objects(params ReleaseRevision[] revisions) =>
        from revision in revisions
        from each in revision.Record!.Manifest.Objects.Concat(revision.Record.Hooks.SelectMany(hook => hook.Parts.Objects))
        select each.Name;

    private static IEnumerable<string> Hooks(string what, IEnumerable<ReleaseHook> hooks)
    {
        string[] named = [.. hooks.Select(hook =>
            $"{ShownValue.Name(hook.Kind)} {ShownValue.Name(hook.Name)} ({ShownValue.Name(string.Join(", ", hook.Events))})")];
        return named.Length == 0 ? [] : [$"{what}: {NameList.Of(named)}."];
    }
}
