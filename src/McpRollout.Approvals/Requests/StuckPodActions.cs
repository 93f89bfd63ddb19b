namespace McpRollout.Approvals.Requests;

/// <summary>What an applied undo owes the pods that hold its rollout up. Pure.</summary>
internal static class StuckPodActions
{
    /// <summary>
    /// The pod to delete now: the one that the controller waits for, if the plan names it and the cluster has not refused. Null before the
    /// controller has seen the patch. One at a time, since it then waits for the pod that takes the place of this one.
    /// </summary>
    public static JsonElement? Next(UndoRequest request, RevisionHistory history) =>
        Wanted(history) is { } wanted && StuckPods.Awaited(history, wanted) is { } pod && IsApproved(request, PodRef.Of(pod)) ? pod : null;

    /// <summary>The announced deletions that have come about, or are needed no more; null if there are none.</summary>
    public static RequestChange? Settle(UndoRequest request, RevisionHistory history, DateTimeOffset now)
    {
        // Of a StatefulSet that was made again nothing can be said.
        if (history.Workload.Uid != request.Plan.Uid)
            return null;
        var ends = request.Deletions
            .Where(deletion => deletion.State == PodDeletionState.Deleting)
            .Select(deletion => history.Pods.Where(pod => !pod.IsTerminating() && PodRef.Of(pod) == deletion.Pod).ToList() switch
            {
                [] => deletion with { State = PodDeletionState.Deleted, At = now, Message = "The StatefulSet has it no more." },
                [var pod, ..] when pod.IsReady() =>
                    deletion with { State = PodDeletionState.Kept, At = now, Message = "It is ready by now and was left alone." },
                _ => null,
            })
            .OfType<PodDeletion>()
            .ToList();
        return ends.Count == 0 ? null : PodDeletions.End(request, ends);
    }

    /// <summary>What is to be said of the pods that still hold the rollout up; null if there are none.</summary>
    public static string? Waiting(UndoRequest request, RevisionHistory history)
    {
        if (Wanted(history) is not { } wanted)
            return null;
        var stuck = StuckPods.In(history, wanted).Select(PodRef.Of).ToLookup(pod => FateOf(request, pod));
        return stuck.Count == 0
            ? null
            : string.Join(' ', stuck.OrderBy(pods => pods.Key).Select(pods => Sentence(request, pods.Key, [.. pods])));
    }

    /// <summary>When the undo last did something that the rollout needs time for: each deleted pod's successor has as long as the
    /// first.</summary>
    public static DateTimeOffset LastStep(UndoRequest request) => request.Deletions
        .Where(deletion => deletion.State == PodDeletionState.Deleted)
        .Select(deletion => deletion.At)
        .Append(request.ExecutingSince ?? request.CreatedAt)
        .Max();

    // Until the controller has seen the patch, updateRevision is that of before.
    private static string? Wanted(RevisionHistory history) => history.Workload.IsObserved ? history.Workload.UpdateRevision : null;

    private static bool IsApproved(UndoRequest request, PodRef pod) => FateOf(request, pod) == Fate.Deleted;

    private static Fate FateOf(UndoRequest request, PodRef pod) =>
        !request.Plan.Pods.Contains(pod) ? Fate.NotApproved
        : PodDeletions.Of(request, pod)?.State == PodDeletionState.Refused ? Fate.Refused
        : Fate.Deleted;

    private static string Sentence(UndoRequest request, Fate fate, IReadOnlyList<PodRef> pods)
    {
        var (are, it) = pods.Count == 1 ? ("is", "it") : ("are", "them");
        var names = pods.Select(pod => ShownValue.Name(pod.Name)).ToList();
        var command = StuckPods.Command(request.Plan.Namespace, names);
        var then = fate switch
        {
            Fate.Deleted => $"This undo deletes {it}, in order; if that does not succeed, somebody must by hand ({command}).",
            Fate.Refused => $"The cluster refused its deletion ({PodDeletions.Of(request, pods[0])?.Message}), so somebody who may must "
                + $"delete {it} by hand ({command}).",
            _ => $"No deletion of {it} was approved, so somebody must delete {it} by hand ({command}).",
        };
        return $"{NameList.Of(names)} {are} not ready and still of another revision, and the StatefulSet waits for {it}. {then}";
    }

    private enum Fate
    {
        Deleted,
        Refused,
        NotApproved,
    }
}
