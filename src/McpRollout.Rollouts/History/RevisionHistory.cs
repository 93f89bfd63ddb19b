using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>The revisions of a workload that the cluster still has.</summary>
internal sealed class RevisionHistory
{
    private RevisionHistory(Workload workload, IReadOnlyList<Revision> revisions, IReadOnlyList<JsonElement>? pods)
    {
        Workload = workload;
        Revisions = revisions;
        Pods = pods ?? [];
        ArePodsKnown = pods is not null;
        Current = FindCurrent();
    }

    /// <summary>The workload as it was read together with them.</summary>
    public Workload Workload { get; }

    /// <summary>The revisions, newest (highest number) first.</summary>
    public IReadOnlyList<Revision> Revisions { get; }

    /// <summary>The workload's pods; empty when they were not read: ReplicaSets count for themselves.</summary>
    public IReadOnlyList<JsonElement> Pods { get; }

    /// <summary>Whether <see cref="Pods"/> were read.</summary>
    public bool ArePodsKnown { get; }

    /// <summary>
    /// The revision that the spec has become: for a Deployment by its annotation <c>deployment.kubernetes.io/revision</c>, for a
    /// StatefulSet by <c>status.updateRevision</c>, for a Rollout by <c>status.currentPodHash</c>, for a DaemonSet the
    /// highest. Null before the controller has made any.
    /// </summary>
    public Revision? Current { get; private init; }

    /// <summary>
    /// Whether <see cref="Current"/> is what the spec says now: the controller has made a revision of the last change of the template.
    /// Until then the numbers are about to change, and an undo would start from a state that nobody was shown. Of a paused Deployment's
    /// change no revision is made until somebody resumes it, so that waiting would not help: it counts as settled, and is refused for being
    /// paused. Whether a Deployment is scaled meanwhile does not matter: its template is compared, not its generation. Only ReplicaSets are
    /// compared: the server fills in defaults of the template in them as in the workload, but keeps a ControllerRevision's data as it was
    /// made, so that a server upgrade which brings a new default would leave the other kinds unsettled for good. In a Rollout it fills
    /// nothing in.
    /// </summary>
    public bool IsSettled => Current is not null
        && (Workload.Type == ResourceType.Deployment && !Workload.Paused
            ? Current.TemplateDigest == Workload.TemplateDigest
            : Workload is { IsObserved: true, InvalidSpec: null, RefusedReplicaSet: null });

    /// <summary>The template that the workload has, to compare with those of its revisions: a Rollout's as its current ReplicaSet has it,
    /// with the defaults that the server filled in there.</summary>
    public JsonElement Template => Workload.Type == ResourceType.Rollout && Current is { } current ? current.Template : Workload.Template;

    /// <summary>Whether that is the revision's, so that an undo would change nothing.</summary>
    public bool HasTemplateOf(Revision revision) => revision.TemplateDigest == Workload.TemplateDigest
        || (Workload.Type == ResourceType.Rollout && revision.TemplateDigest == Current?.TemplateDigest);

    /// <summary>
    /// Picks out of what a selector matched that which belongs to the workload. Objects that cannot be read as a revision are left out.
    /// </summary>
    /// <param name="workload">The owner.</param>
    /// <param name="revisionObjects">ReplicaSets for a Deployment or Rollout, ControllerRevisions for the others.</param>
    /// <param name="pods">Pods; null when they were not read. The counts of a StatefulSet or DaemonSet are then unknown.</param>
    public static RevisionHistory From(
        Workload workload, IReadOnlyList<JsonElement> revisionObjects, IReadOnlyList<JsonElement>? pods = null)
    {
        var objects = revisionObjects.Where(candidate => candidate.IsControlledBy(workload.Uid)).ToList();
        var own = pods is null ? null : OwnPods(workload, objects, pods);
        var revisions = objects
            .Select(candidate => workload.Type.ToMarks() is { } marks
                ? Revision.FromReplicaSet(candidate, marks)
                : Revision.FromControllerRevision(workload.Type, candidate, own))
            .OfType<Revision>()
            .OrderByDescending(revision => revision.Number)
            .ThenByDescending(revision => revision.CreatedAt)
            .ThenBy(revision => revision.Source, StringComparer.Ordinal)
            .ToList();
        return new RevisionHistory(workload, revisions, own);
    }

    /// <summary>A workload as a release's revision has it, before the cluster was asked about it: nothing of it is current.</summary>
    /// <param name="workload">The workload as the manifest has it.</param>
    /// <param name="revision">What it is in the release's revision.</param>
    public static RevisionHistory OfRelease(Workload workload, Revision revision) => new(workload, [revision], null) { Current = null };

    /// <summary>The same with the pods that revisions which are ReplicaSets do without.</summary>
    public RevisionHistory WithPods(IReadOnlyList<JsonElement> pods) =>
        new(Workload, Revisions, OwnPods(Workload, Revisions.Select(revision => revision.Raw), pods));

    /// <summary>The same with other images in one of the revisions, as an undo to it is to bring it back.</summary>
    public RevisionHistory WithPins(long number, IReadOnlyList<ImagePin> pins) => pins.Count == 0 ? this : new(
        Workload,
        [.. Revisions.Select(revision => revision.Number == number ? Pin(revision, pins) : revision)],
        ArePodsKnown ? Pods : null);

    /// <summary>Whether a revision is the one that an undo went away from: a Rollout's own template lacks the defaults that its ReplicaSet
    /// has, and so has another digest; its number tells.</summary>
    public bool IsOrigin(Revision revision, string fromDigest, long fromRevision) => revision.TemplateDigest == fromDigest
        || (Workload.Type == ResourceType.Rollout && revision.HasHad(fromRevision));

    /// <summary>The revision of a number, if the cluster still has it.</summary>
    public Revision? Find(long number) => Revisions.FirstOrDefault(revision => revision.Number == number);

    /// <summary>Whether several revisions claim this number.</summary>
    public bool IsAmbiguous(long number) => Revisions.Count(revision => revision.Number == number) > 1;

    /// <summary>The next older revision that the cluster still has.</summary>
    public Revision? PreviousOf(Revision revision) => Revisions.FirstOrDefault(older => older.Number < revision.Number);

    // The pods of a workload that has ReplicaSets belong to these.
    private static List<JsonElement> OwnPods(
        Workload workload, IEnumerable<JsonElement> revisionObjects, IReadOnlyList<JsonElement> pods)
    {
        HashSet<string?> owners = workload.Type.HasReplicaSets()
            ? [.. revisionObjects.Select(revision => revision.TextAt("metadata", "uid"))]
            : [workload.Uid];
        return [.. pods.Where(pod => pod.ControllerUid() is { } owner && owners.Contains(owner))];
    }

    // No pod has the label of a revision that is yet to be made.
    private Revision Pin(Revision revision, IReadOnlyList<ImagePin> pins)
    {
        var template = PodTemplate.WithImages(revision.Template, pins);
        var digest = TemplateDigest.Of(template);
        return revision.Restoring(template, Revisions.FirstOrDefault(other => other.TemplateDigest == digest)?.PodLabel ?? "");
    }

    private Revision? FindCurrent() => Workload.Type switch
    {
        ResourceType.Deployment => long.TryParse(
            Workload.Annotations.GetValueOrDefault(ReplicaSetMarks.OfDeployments.Number),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number)
            ? Find(number)
            : null,
        ResourceType.Rollout => Workload.Raw.TextAt("status", "currentPodHash") is { } hash
            ? Revisions.FirstOrDefault(revision => revision.PodLabel == hash)
            : null,
        ResourceType.StatefulSet => Revisions.FirstOrDefault(revision => revision.Source == Workload.UpdateRevision),
        _ => Revisions.Count > 0 ? Revisions[0] : null,
    };
}
