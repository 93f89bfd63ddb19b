using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>Until when a revision was the current one, as best can be told.</summary>
/// <param name="Until">When another took its place.</param>
/// <param name="Basis">What tells that.</param>
/// <param name="Since">What was written after this is not what it ran with.</param>
internal sealed record LastRun(DateTimeOffset Until, string Basis, DateTimeOffset Since)
{
    // A release writes its ConfigMaps and Secrets before the workloads that read them: helm in this order (its kind_sorter.go), kubectl
    // in that of the file.
    private static readonly TimeSpan OneRelease = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The creation of the next newer revision. An undo gives an old ReplicaSet or ControllerRevision a new number, so that one which is
    /// older by its creation did not take the place when it was made; then the last write of the workload's template is the best that is
    /// known. Of two that were made within one second, the cluster's shortest, the higher number is taken for the newer one.
    /// </summary>
    public static LastRun? Of(RevisionHistory history, Revision revision)
    {
        if (revision.CreatedAt is not { } made)
            return null;

        var next = history.Revisions.LastOrDefault(newer => newer.Number > revision.Number && newer.CreatedAt >= made);
        if (next is { CreatedAt: { } replaced })
            return Of(made, replaced, $"revision {next.Number} was made");

        return ManagedFields.WritersOf(history.Workload.Raw, "spec", "template") is [{ At: { } written }, ..] && written > made
            ? Of(made, written, "the pod template was last written")
            : Of(made, made, $"revision {revision.Number} was made");
    }

    private static LastRun Of(DateTimeOffset made, DateTimeOffset until, string basis)
    {
        // What was written that soon after it was made came with it.
        var (own, next) = (made + OneRelease, until - OneRelease);
        var since = own > next ? own : next;
        return new(until, basis, since < until ? since : until);
    }
}
