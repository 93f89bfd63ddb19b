namespace McpRollout.Rollouts.Findings;

/// <summary>Everything that is looked for. docs/findings.md is this table; a test compares.</summary>
internal static class FindingKinds
{
    public static readonly FindingKind Paused = new(FindingSeverity.Blocks, "paused",
        "Rollouts are paused",
        "Somebody holds the Deployment's or Rollout's rollouts (`spec.paused`), so an undo would not be rolled out. Who and since when "
            + "is the cluster's own record.",
        "Lifting the hold is a person's decision; ask the one who set it.");

    public static readonly FindingKind NotSettled = new(FindingSeverity.Blocks, "not-settled",
        "The latest change is not settled",
        "The controller has not yet made a revision of the latest change, so the numbers are about to change.",
        "Read the history again in a few seconds.");

    public static readonly FindingKind TargetCurrent = new(FindingSeverity.Blocks, "target-current",
        "The target is current already",
        "The target is the current revision.", "Choose an older revision from the history.");

    public static readonly FindingKind SameTemplate = new(FindingSeverity.Blocks, "same-template",
        "The target is what runs",
        "The target has the pod template that the workload has now.", "Choose another revision.");

    public static readonly FindingKind BeingDeleted = new(FindingSeverity.Blocks, "being-deleted",
        "The workload is being deleted",
        "The workload is being deleted (`metadata.deletionTimestamp`): an undo would change what is about to go.",
        "Find out who deletes it, and why it is still there.");

    public static readonly FindingKind AmbiguousRevision = new(FindingSeverity.Blocks, "ambiguous-revision",
        "Two revisions share the number",
        "Two ReplicaSets claim the same revision number, so that the number does not say which is meant.",
        "Have whoever keeps the cluster look at both; choose another revision.");

    public static readonly FindingKind StuckPods = new(FindingSeverity.Warns, "statefulset-stuck-pods",
        "Stuck pods block the way back",
        "A StatefulSet that replaces its pods in order waits for pods that are not ready, even after an undo. The undo deletes them, if "
            + "the credentials may.");

    public static readonly FindingKind OnDelete = new(FindingSeverity.Warns, "on-delete",
        "Pods change only when deleted",
        "With the update strategy `OnDelete` each pod keeps its template until it is deleted.",
        "Have somebody delete the pods, one after the other, once the undo is applied.");

    public static readonly FindingKind Partition = new(FindingSeverity.Warns, "partition",
        "Some pods will not go back",
        "The StatefulSet's partition keeps the undo from the pods with lower ordinals.",
        "If all are to go back, the partition must be lowered as well.");

    public static readonly FindingKind MissingReference = new(FindingSeverity.Warns, "missing-reference",
        "Something that pods need is missing",
        "A ConfigMap, Secret, PersistentVolumeClaim, ServiceAccount or PriorityClass that the target names, and not as optional, does not "
            + "exist.",
        "Have it made again first, or choose another revision: without it pods do not start.");

    public static readonly FindingKind MissingKey = new(FindingSeverity.Warns, "missing-key",
        "A needed key is missing",
        "A ConfigMap or Secret lacks a key that the target reads, and not as optional. Keys are known from `managedFields`; values are "
            + "never read.",
        "Have the key restored first, or choose another revision: without it containers do not start.");

    public static readonly FindingKind ChangedSince = new(FindingSeverity.Warns, "changed-since",
        "Its configuration has changed since",
        "A ConfigMap or Secret that the target reads was written, or made anew, after the target last ran, or in the minute before another "
            + "took its place. Whether a value or only a label changed is not on record.",
        "An undo does not bring its content back: find out whether the target can run with it as it is, or restore it by its own means.");

    public static readonly FindingKind MutableTag = new(FindingSeverity.Warns, "mutable-tag",
        "The image tag may have moved",
        "An image of the target is named by a tag that usually moves (`latest`, none, `main`, `stable`, ...), and not by a digest.",
        "What ran then may not be what is pulled now; compare the digests in the registry.");

    public static readonly FindingKind SameTag = new(FindingSeverity.Warns, "same-tag",
        "Both revisions name the same images",
        "The pod specs of both revisions are the same, with the same images by tag: only labels or annotations differ, as after `kubectl "
            + "rollout restart`.",
        "If an image was pushed again under its tag, the undo does not bring the old one back: name it by digest or by a tag of its own.");

    public static readonly FindingKind ImageMoved = new(FindingSeverity.Warns, "image-moved",
        "The image tag has moved",
        "A tag that the target names has been seen in this cluster with another digest since the target ran.",
        "An undo brings back the tag, not what ran; one that is asked for with `pin_images` brings back what ran.");

    public static readonly FindingKind ManagedBy = new(FindingSeverity.Warns, "managed-by",
        "Its owner will put it back",
        "Somebody other than kubectl owns the template and will put their own back: Helm, Argo CD, Flux, another tool that left its mark, "
            + "a deployer known by name (Terraform, Jenkins, GitLab and their like), anybody who applies the template server-side, or an "
            + "owner of the workload.",
        "Roll back there, or have its owner suspend it until it has been.");

    public static readonly FindingKind PausesOwner = new(FindingSeverity.Warns, "pauses-owner",
        "Its owner stays paused afterwards",
        "The undo was asked for with `pause_owner`: it pauses the Argo CD Application or Flux object that would put the template back, "
            + "with all that this owner keeps.",
        "It stays paused until somebody resumes it: have the source changed first.");

    public static readonly FindingKind OwnerPaused = new(FindingSeverity.Informs, "owner-paused",
        "Its owner is paused",
        "The Argo CD Application or Flux object that keeps the workload as its source says is paused, or synced by hand only: an undo "
            + "stays.",
        "Have the source changed before it is resumed.");

    public static readonly FindingKind KeptByApply = new(FindingSeverity.Warns, "kept-by-apply",
        "The next apply keeps old fields",
        "The workload comes from `kubectl apply`, and the undo brings back fields that are not in its last applied configuration: the next "
            + "apply does not take them away again.",
        "Have them put into the manifest, or taken away by hand once they are no longer wanted.");

    public static readonly FindingKind CurrentHealthy = new(FindingSeverity.Warns, "current-healthy",
        "Nothing fails now",
        "All pods run the current revision and are ready.",
        "Make sure that what is wrong comes from this revision, and not from its configuration or from elsewhere.");

    public static readonly FindingKind TargetWasFailing = new(FindingSeverity.Warns, "target-was-failing",
        "The target was failing",
        "Pods of the target fail now, its ReplicaSet could not make any, or Events of the last hour tell of failures.",
        "Choose a revision that served; the history has what is known of each.");

    public static readonly FindingKind ImageNotPullable = new(FindingSeverity.Warns, "image-not-pullable",
        "The image could not be pulled",
        "A pod of the target could not pull its image when last seen.",
        "Make sure that the registry still has it, or choose another revision.");

    public static readonly FindingKind ImageGone = new(FindingSeverity.Warns, "image-gone",
        "The registry lacks the image",
        "With `Registry:Check` only: the registry does not have an image that the target runs.",
        "Have it pushed again, or choose another revision: a node that has not kept the image cannot start the pod.");

    public static readonly FindingKind ImageDenied = new(FindingSeverity.Informs, "image-denied",
        "The registry does not show it",
        "With `Registry:Check` only: the registry does not show an image of the target to the server, with or without what its user keeps "
            + "in docker's config.json.",
        "The nodes may have other credentials: ask whoever keeps the registry, or run docker login as the server's user.");

    public static readonly FindingKind RegistryUnanswered = new(FindingSeverity.Informs, "registry-unanswered",
        "The registry did not answer",
        "With `Registry:Check` only: the registry of an image did not say within 3 seconds whether it has it.",
        "Make sure that it is up: a node that has not kept the image waits for it.");

    public static readonly FindingKind FarBack = new(FindingSeverity.Warns, "far-back",
        "More than one revision back",
        "The target is more than one revision back.", "Everything between goes too; make sure that nothing else needs it.");

    public static readonly FindingKind Migration = new(FindingSeverity.Warns, "migration",
        "A schema migration is not undone",
        "A container of either revision looks like a schema migration by its name, image, command or variables.",
        "An undo takes back no change of data: make sure that the target can run with the schema as it is now.");

    public static readonly FindingKind RemovedFields = new(FindingSeverity.Warns, "removed-fields",
        "The cluster alters what comes back",
        "The dry run shows that the cluster drops or changes fields of the target: removed from the API, or altered by admission.",
        "What comes back is not quite what ran; look whether the target can run without them.");

    public static readonly FindingKind DisruptionBudget = new(FindingSeverity.Warns, "disruption-budget",
        "No pod may be disrupted now",
        "A PodDisruptionBudget over the pods allows no disruption now. It does not hold the undo up; rollouts do not ask it.",
        "Until the pods are ready again, nodes that run them cannot be drained; postpone maintenance.");

    public static readonly FindingKind MaxUnavailable = new(FindingSeverity.Warns, "max-unavailable",
        "The rollout may get stuck",
        "The update strategy can hold the undo up: new pods must be ready before old ones go, and cannot be, or as many are missing as may "
            + "be.",
        "Watch the rollout; somebody may have to make room, free the volume or mend the nodes.");

    public static readonly FindingKind Quota = new(FindingSeverity.Warns, "quota",
        "The quota leaves too little",
        "A ResourceQuota leaves too little for the pods that the undo starts, or demands what the target does not declare.",
        "Have the quota raised, or room made, before approving.");

    public static readonly FindingKind ConfigNotRestored = new(FindingSeverity.Informs, "config-not-restored",
        "Configuration is not restored",
        "An undo brings back the pod template, not the ConfigMaps and Secrets that it reads.",
        "What was changed there since must be restored by its own means.");

    public static readonly FindingKind Autoscaler = new(FindingSeverity.Informs, "autoscaler",
        "An autoscaler sets the pods",
        "A HorizontalPodAutoscaler decides on the number of pods; an undo leaves that number alone.");

    public static readonly FindingKind NoDeadline = new(FindingSeverity.Informs, "no-deadline",
        "No progress deadline",
        "The Deployment has no progress deadline, so Kubernetes never calls its rollout failed.", "Watch the rollout.");

    public static readonly FindingKind NoProbes = new(FindingSeverity.Informs, "no-probes",
        "No readiness probe",
        "No container of the target has a readiness probe, so its pods count as ready as soon as they run.", "Watch the service itself.");

    public static readonly FindingKind Pace = new(FindingSeverity.Informs, "pace",
        "How fast pods are replaced",
        "How many pods the undo replaces, and how fast, by the update strategy.");

    public static readonly FindingKind NotChecked = new(FindingSeverity.Informs, "not-checked",
        "A check was not made",
        "A check could not be made, and why: one finding for each cause.",
        "Look yourself, or have the server's rights completed (docs/rbac/undo.yaml).");

    public static readonly FindingKind NothingEarlier = new(FindingSeverity.Blocks, "nothing-earlier",
        "There is no earlier revision",
        "History only: there is no earlier revision to go back to.");

    public static readonly FindingKind PodsNotRead = new(FindingSeverity.Informs, "pods-not-read",
        "The pods were not read",
        "History only: the pods could not be read, so it is not known which of them fail, and why.",
        "k8s_rollout_status says why they could not.");

    public static readonly FindingKind OldPodsServe = new(FindingSeverity.Informs, "old-pods-serve",
        "Older pods still serve",
        "History only: pods of an older revision are ready and serve, beside or instead of the current one.");

    public static readonly FindingKind UndosNotRead = new(FindingSeverity.Informs, "undos-not-read",
        "Earlier undos were not read",
        "History only: the server's own record of earlier undos could not be read.");

    /// <summary>
    /// Those that say what an undo would bring back or run into. One that is new since a person approved holds the patch, and the person is
    /// asked again. Signs of the incident itself are not among them: they come and go, and must not keep its end waiting.
    /// </summary>
    public static readonly IReadOnlyList<FindingKind> Holding =
        [OnDelete, Partition, MissingReference, MissingKey, ChangedSince, ImageMoved, ManagedBy, OwnerFindingKinds.SourceUnchanged, Quota];

    /// <summary>All of them in the order of what comes of them: refused; what comes back does not start; it does not come back, or not for
    /// long; it is not what ran; the rollout is held up; the rest.</summary>
    public static readonly IReadOnlyList<FindingKind> All =
    [
        Paused, NotSettled, BeingDeleted, ArgoFindingKinds.TemplateElsewhere, NothingEarlier,
        TargetCurrent, SameTemplate, AmbiguousRevision,
        ImageGone, MissingReference, MissingKey, ImageNotPullable, TargetWasFailing,
        ManagedBy, OwnerFindingKinds.SourceUnchanged, PausesOwner, OnDelete, Partition, SameTag, CurrentHealthy,
        Migration, ImageMoved, ChangedSince, RemovedFields, MutableTag,
        StuckPods, ArgoFindingKinds.StepsAgain, Quota, MaxUnavailable, DisruptionBudget, FarBack, KeptByApply,
        ImageDenied, RegistryUnanswered, NotChecked,
        ArgoFindingKinds.AbortInstead, HelmFindingKinds.ReleasePending, OwnerPaused, OwnerFindingKinds.ResumesOwner,
        OwnerFindingKinds.OpensRevert, OwnerFindingKinds.RevertByHand, ConfigNotRestored, Autoscaler, NoDeadline, NoProbes,
        Pace, OldPodsServe, PodsNotRead, UndosNotRead,
    ];

    private static readonly Dictionary<string, int> Ranks = All.Index().ToDictionary(kind => kind.Item.Code, kind => kind.Index);

    /// <summary>A finding's place in <see cref="All"/>; one of a kind that is not there has the last of its severity.</summary>
    public static int RankOf(Finding finding) => Ranks.TryGetValue(finding.Code, out var rank) ? rank : All.Count;

    /// <summary>A finding in at most six words; the code in words for one of a kind that is not there.</summary>
    public static string HeadlineOf(Finding finding) =>
        Ranks.TryGetValue(finding.Code, out var rank) ? All[rank].Headline : finding.Code.Replace('-', ' ');

    /// <summary>The findings, the gravest first.</summary>
    public static IReadOnlyList<Finding> Ordered(IEnumerable<Finding> findings) =>
        [.. findings.OrderBy(finding => finding.Severity).ThenBy(RankOf)];
}
