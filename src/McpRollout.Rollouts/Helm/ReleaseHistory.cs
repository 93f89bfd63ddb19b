using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Helm;

/// <summary>The revisions of a release, newest first.</summary>
internal sealed class ReleaseHistory
{
    private ReleaseHistory(ReleaseRef release, IReadOnlyList<ReleaseRevision> revisions) => (Release, Revisions) = (release, revisions);

    public ReleaseRef Release { get; }

    public IReadOnlyList<ReleaseRevision> Revisions { get; }

    /// <summary>The last one, in whatever state: the one that the next follows.</summary>
    public ReleaseRevision Current => Revisions[0];

    /// <summary>The newest that Helm calls deployed; null where there is none, as while an upgrade hangs after a failed one.</summary>
    public ReleaseRevision? Deployed => Revisions.FirstOrDefault(each => each.Status == ReleaseStatus.Deployed);

    /// <summary>Orders what was read; there must be one revision at least.</summary>
    public static ReleaseHistory Of(ReleaseRef release, IEnumerable<ReleaseRevision> revisions) =>
        new(release, [.. revisions.OrderByDescending(each => each.Number)]);

    public ReleaseRevision? Find(long number) => Revisions.FirstOrDefault(each => each.Number == number);

    /// <summary>The one before it of those that are kept; null for the oldest.</summary>
    public ReleaseRevision? PreviousOf(ReleaseRevision revision) => Revisions.FirstOrDefault(each => each.Number < revision.Number);

    /// <summary>The revisions that somebody could go back to: they were in force once, and are not the last one.</summary>
    public IEnumerable<ReleaseRevision> Earlier => Revisions.Where(each => each != Current
        && each.Status is ReleaseStatus.Superseded or ReleaseStatus.Deployed);

    /// <summary>Whether a revision that was read has the workload.</summary>
    public bool Has(WorkloadRef workload) => Revisions.Any(each => TemplatesOf(each, workload).Any());

    /// <summary>The newest that was in force and has the workload with the images of this template; null where none that was read
    /// has.</summary>
    public ReleaseRevision? WithImages(WorkloadRef workload, JsonElement template)
    {
        var wanted = PodTemplate.Images(template).ToHashSet();
        return Revisions.FirstOrDefault(each => each.Status is ReleaseStatus.Superseded or ReleaseStatus.Deployed
            && TemplatesOf(each, workload).Any(kept => wanted.SetEquals(PodTemplate.Images(kept))));
    }

    private IEnumerable<JsonElement> TemplatesOf(ReleaseRevision revision, WorkloadRef workload) =>
        (revision.Record?.Manifest.Objects ?? []).Where(each => each.Workload(Release.Namespace) == workload)
            .Select(each => each.Template).OfType<JsonElement>();

    /// <summary>The workloads of a revision.</summary>
    public IReadOnlyList<WorkloadRef> WorkloadsOf(ReleaseRevision revision) =>
        [.. (revision.Record?.Manifest.Objects ?? []).Select(each => each.Workload(Release.Namespace)).OfType<WorkloadRef>().Distinct()];
}
