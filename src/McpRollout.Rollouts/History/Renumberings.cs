using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>
/// Which ControllerRevisions were given another number since they were made, because an undo brought them back. They do not keep their
/// earlier numbers. A newer API server dates the change in <c>managedFields</c>; v1.20 does not, and only a higher number than that of one
/// which was made later gives it away.
/// </summary>
internal sealed class Renumberings
{
    private static readonly TimeSpan SameMoment = TimeSpan.FromSeconds(2);

    private readonly bool _areSome;
    private readonly bool _maybeAll;

    private Renumberings(HashSet<Revision> seen, bool areSome, bool maybeAll) => (Seen, _areSome, _maybeAll) = (seen, areSome, maybeAll);

    /// <summary>Those that were renumbered for sure.</summary>
    public IReadOnlySet<Revision> Seen { get; }

    /// <summary>Looks for traces.</summary>
    public static Renumberings In(RevisionHistory history)
    {
        var revisions = history.Revisions;
        var seen = revisions
            .Where(revision => TimeOf(history, revision) is not null
                || revisions.Any(other => other.Number < revision.Number && other.CreatedAt > revision.CreatedAt))
            .ToHashSet();

        // Each renumbering leaves a number unused, as pruning does. With fewer revisions than the limit nothing was pruned.
        var areSome = revisions is [var newest, ..] && newest.Number - revisions.Count > seen.Count;
        return new Renumberings(seen, areSome, areSome
            && revisions.Count < (history.Workload.Raw.NumberAt("spec", "revisionHistoryLimit") ?? 10));
    }

    /// <summary>When it got its present number; null if that has left no time, or it has its first number still.</summary>
    /// <remarks>A controller changes nothing of a ControllerRevision but the number, save when it adopts one that an owner before left
    /// behind.</remarks>
    public static DateTimeOffset? TimeOf(RevisionHistory history, Revision revision) =>
        FieldWriter.Of(revision.Raw, "revision")?.At is { } written && written > revision.CreatedAt + SameMoment
            && revision.CreatedAt >= history.Workload.Raw.MomentAt("metadata", "creationTimestamp")
            ? written
            : null;

    /// <summary>Whether it may have another number than its first.</summary>
    public bool MayHave(Revision revision) => _maybeAll || Seen.Contains(revision);

    /// <summary>Whether it may have had numbers between its first and its present one, of which nothing is known.</summary>
    public bool MayHaveHadOthers(Revision revision) => _maybeAll || (_areSome && Seen.Contains(revision));
}
