using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>Between when and when a revision's number began, as far as the cluster tells.</summary>
/// <param name="Holder">The revision that has or had the number.</param>
/// <param name="Earliest">Not before; null where nothing is known.</param>
/// <param name="Latest">Not after; null where nothing is known.</param>
internal sealed record RevisionStart(Revision Holder, DateTimeOffset? Earliest, DateTimeOffset? Latest)
{
    /// <summary>The start of the present number of a revision. The creation of a ReplicaSet or ControllerRevision is the start of its first
    /// number only.</summary>
    /// <param name="history">The history that it is of.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="renumbered">What is known of ControllerRevisions; null where ReplicaSets are the revisions.</param>
    public static RevisionStart Of(RevisionHistory history, Revision revision, Renumberings? renumbered)
    {
        var made = revision.CreatedAt;
        if (history.Workload.Type.ToMarks() is { } marks && revision.EarlierNumbers.Count > 0)
            return new(revision, made, FieldWriter.Of(revision.Raw, "metadata", "annotations", marks.Number)?.At);
        return renumbered is null ? new(revision, made, made)
            : Renumberings.TimeOf(history, revision) is { } at ? new(revision, at, at)
            : renumbered.MayHave(revision) ? new(revision, made, null)
            : new(revision, made, made);
    }

    /// <summary>The start of the current revision; of the workload itself before the controller has made any.</summary>
    public static (DateTimeOffset? Earliest, DateTimeOffset? Latest) OfCurrent(RevisionHistory history)
    {
        if (history.Current is { } current)
        {
            var start = Of(history, current, history.Workload.Type.HasReplicaSets() ? null : Renumberings.In(history));
            return (start.Earliest, start.Latest);
        }

        var made = history.Workload.Raw.MomentAt("metadata", "creationTimestamp");
        return (made, made);
    }
}
