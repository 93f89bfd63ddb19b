using System.Text.Json.Serialization;
using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Requests;

/// <summary>How far the deletion of a planned pod is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PodDeletionState>))]
internal enum PodDeletionState
{
    /// <summary>Announced; the cluster was not yet seen to have taken it.</summary>
    [JsonStringEnumMemberName("deleting")] Deleting,

    /// <summary>The cluster took it, or the pod is gone.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,

    /// <summary>The pod became ready before it was deleted.</summary>
    [JsonStringEnumMemberName("kept")] Kept,

    /// <summary>The cluster refuses it; only a person can help.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
}

/// <summary>What was done with a planned pod.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="State">How far it is.</param>
/// <param name="At">Since when.</param>
/// <param name="Message">One sentence, once there is something to say.</param>
internal sealed record PodDeletion(PodRef Pod, PodDeletionState State, DateTimeOffset At, string? Message = null);

/// <summary>What becomes of planned pods, with its records. Pure.</summary>
internal static class PodDeletions
{
    /// <summary>What was done with the pod so far; null if nothing was.</summary>
    public static PodDeletion? Of(UndoRequest request, PodRef pod) => request.Deletions.FirstOrDefault(deletion => deletion.Pod == pod);

    /// <summary>In a few words.</summary>
    public static string Text(PodDeletion deletion) => deletion.State switch
    {
        PodDeletionState.Deleting => $"Pod {ShownValue.Name(deletion.Pod.Name)} is being deleted",
        PodDeletionState.Deleted => $"Pod {ShownValue.Name(deletion.Pod.Name)} deleted",
        PodDeletionState.Kept => $"Pod {ShownValue.Name(deletion.Pod.Name)} left alone",
        _ => $"Pod {ShownValue.Name(deletion.Pod.Name)} could not be deleted",
    };

    /// <summary>
    /// The request with the deletion announced, held longer; null if it is at its end, held by another process, or its plan does not name
    /// the pod.
    /// </summary>
    public static RequestChange? Claim(UndoRequest found, UndoRequest held, PodRef pod, TimeSpan lease, DateTimeOffset now) =>
        found is { State: RequestState.Applied, Lease: not null } && found.IsStillHeldAs(held)
        && found.Plan.Pods.Contains(pod) && Of(found, pod)?.State is not PodDeletionState.Refused
            ? Announce(found.Renew(now + lease), pod, now)
            : null;

    /// <summary>
    /// Announces that the pod will be deleted. One record stands for as often as it takes: the uid makes every further try the same
    /// deletion.
    /// </summary>
    public static RequestChange Announce(UndoRequest request, PodRef pod, DateTimeOffset now)
    {
        if (Of(request, pod)?.State == PodDeletionState.Deleting)
            return new RequestChange(request);
        var announced = new PodDeletion(pod, PodDeletionState.Deleting, now);
        return new RequestChange(With(request, announced), Record(request, announced, AuditEvent.UndoDeletingPod));
    }

    /// <summary>Ends what was announced.</summary>
    public static RequestChange End(UndoRequest request, params IReadOnlyList<PodDeletion> ends) => new(
        With(request, ends),
        [
            .. ends.Select(end => Record(
                request, end, end.State == PodDeletionState.Deleted ? AuditEvent.UndoPodDeleted : AuditEvent.UndoPodKept)),
        ]);

    private static UndoRequest With(UndoRequest request, params IReadOnlyList<PodDeletion> deletions) => request with
    {
        Deletions = [.. request.Deletions.ExceptBy(deletions.Select(deletion => deletion.Pod), deletion => deletion.Pod), .. deletions],
    };

    private static AuditDraft Record(UndoRequest request, PodDeletion deletion, AuditEvent auditEvent) => request.Record(
        auditEvent,
        AuditActor.System,
        new JsonObject { ["pod"] = deletion.Pod.Name, ["uid"] = deletion.Pod.Uid, ["message"] = deletion.Message });
}
