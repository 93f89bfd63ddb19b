using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What became of a patch whose answer nobody has.</summary>
internal enum PatchFate
{
    /// <summary>Not known yet: look again.</summary>
    Open,

    /// <summary>It took effect.</summary>
    Arrived,

    /// <summary>It took no effect, and can take none any more.</summary>
    WithoutEffect,

    /// <summary>The workload was changed or deleted since, and no longer shows whether it took effect. It can take none any more.</summary>
    CannotBeTold,

    /// <summary>It has not arrived for as long as a request lives, and the cluster refuses the fence.</summary>
    NotFenced,

    /// <summary>The cluster was not readable for so long that the question is left to people.</summary>
    Unreadable,
}

/// <summary>Tells the fate from one look at the workload. Pure.</summary>
internal static class PatchFates
{
    /// <summary>The fate of the request's last patch.</summary>
    /// <param name="request">The request, as it was taken over if a fence was sent.</param>
    /// <param name="history">The workload and its revisions, read after the fence was sent.</param>
    /// <param name="fenceFailure">Why the fence is not known to have arrived; null if it is, or none was sent.</param>
    /// <param name="watched">How long this process has looked.</param>
    /// <param name="times">The executor's times.</param>
    public static PatchFate Of(
        UndoRequest request,
        ClusterAnswer<RevisionHistory> history,
        ClusterFailure? fenceFailure,
        TimeSpan watched,
        ExecutorTimes times)
    {
        if (!history.Succeeded && history.Failure.Kind != ClusterFailureKind.NotFound)
            return watched >= times.Abandon ? PatchFate.Unreadable : PatchFate.Open;
        var arrival = UndoMarkers.Of(request, history.Value);
        if (arrival == Arrival.Arrived)
            return PatchFate.Arrived;
        if (history.Value is not { } now || now.Workload.Uid != request.Plan.Uid)
            return PatchFate.CannotBeTold;

        var isLate = watched >= times.LateArrival;
        if (!UndoMarkers.IsFenced(request, now.Workload))
            return isLate && fenceFailure?.Kind is ClusterFailureKind.Forbidden or ClusterFailureKind.Invalid ? PatchFate.NotFenced
                : watched >= times.Abandon ? PatchFate.CannotBeTold
                : PatchFate.Open;

        // Revisions are numbered by a controller: until it has seen the workload as it is, an old number may only be out of date.
        if (!now.Workload.IsObserved && !isLate)
            return PatchFate.Open;
        return arrival == Arrival.NotArrived ? PatchFate.WithoutEffect : PatchFate.CannotBeTold;
    }
}
