using static McpRollout.Web.Views.BannerSeverity;

namespace McpRollout.Web.Views;

/// <summary>Where a request stands, in words, an icon and a tone.</summary>
/// <param name="Severity">The colour.</param>
/// <param name="Symbol">The icon.</param>
/// <param name="Short">One or two words, for lists and the window's title.</param>
/// <param name="Long">A sentence.</param>
internal sealed record StatusBanner(BannerSeverity Severity, Markup Symbol, string Short, string Long)
{
    /// <summary>Judges by state and time: a request may be overdue before anybody has recorded that.</summary>
    public static StatusBanner Of(UndoRequest request, PageClock clock) => request.State switch
    {
        RequestState.Pending when clock.Instant < request.ExpiresAt =>
            new(Attention, Icon.Clock, request.HeldAt is null ? "Waiting" : "Held", Waiting(request)),
        RequestState.Pending or RequestState.Expired => new(Quiet, Icon.Stop, "Expired",
            $"Expired. {OwnerPauses.Unchanged(request)}"),
        RequestState.Approved => new(Busy, Icon.Progress, "Approved", "Approved. It is about to be carried out."),
        RequestState.Executing when request.Plan.IsRelease =>
            new(Busy, Icon.Progress, "Under way", "Approved. Helm rolls the release back."),
        RequestState.Unknown when request.Plan.IsRelease => new(Attention, Icon.Warning, "Unknown",
            "The process that ran helm is gone. What became of it is being found out from Helm's records; it is not run again."),
        RequestState.Executing => new(Busy, Icon.Progress, "Under way", "Approved. The patch is being sent to the cluster."),
        RequestState.Unknown => new(Attention, Icon.Warning, "Unclear",
            "The cluster's answer was lost. Whether the patch arrived is being found out; it takes effect at most once."),
        RequestState.Denied => new(Quiet, Icon.Cross, "Denied", request.PausingSince is null
            ? "Denied. Nothing was changed, and a denial is final."
            : $"Denied, which is final. {OwnerPauses.Unchanged(request)}"),
        RequestState.Cancelled => new(Quiet, Icon.Stop, "Cancelled",
            $"Taken back by the agent's side. {OwnerPauses.Unchanged(request)}"),
        RequestState.Stale => new(Attention, Icon.Stop, "Stale",
            $"Not carried out: the {Subject(request.Plan)} is no longer what was shown. "
                + OwnerPauses.Unchanged(request)),
        RequestState.Failed => new(Bad, Icon.Cross, "Failed", "Not carried out."),
        RequestState.Applied when request.Plan.Resume is { } resume =>
            new(Good, Icon.Check, "Resumed", $"Done. {resume.Owner} is resumed."),
        RequestState.Applied => OfRollout(request),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private static string Subject(UndoPlan plan) =>
        plan.Resume is not null ? "workload, or its owner," : plan.IsRelease ? "release" : "workload";

    private static string Waiting(UndoRequest pending) => pending switch
    {
        { GivenApprovals: > 0 and var given } => $"{given} of {pending.RequiredApprovals} approvals given. Waiting for another person.",
        { HeldAt: not null } => "It was approved, and is held: something is new since. Waiting for a decision again.",
        _ => "Waiting for your decision.",
    };

    private static StatusBanner OfRollout(UndoRequest request) => request.Outcome?.Rollout switch
    {
        UndoRollout.Healthy when request.Outcome.GotWorse => new(Bad, Icon.Warning, "Got worse",
            $"The undo is applied and was healthy. {request.Outcome.Verification!.Message}"),
        UndoRollout.Healthy when request.Outcome.Verification is { State: VerificationState.Unproven } watch => new(
            Attention, Icon.Info, "Not proved", $"The undo is applied and was healthy. {watch.Message}"),
        UndoRollout.Healthy => new(
            Good,
            Icon.Check,
            request.Outcome.Verification?.State == VerificationState.Verified ? "Verified" : "Healthy",
            (request.Plan.IsRelease
                ? $"Done. {request.Plan.Name} is as it was in revision {request.Plan.ToRevision} and is healthy."
                : $"Done. {request.Plan.Name} runs the template of revision {request.Plan.ToRevision} again and is healthy.")
                + (request.Outcome.Verification is { } watch ? $" {watch.Message}" : "")),
        UndoRollout.Degraded => new(Bad, Icon.Warning, "Degraded", "The undo is applied, and the rollout did not become healthy."),
        UndoRollout.Superseded => new(Attention, Icon.Info, "Superseded", "The undo was applied, and a newer change has taken its place."),
        _ => new(Busy, Icon.Progress, "Rolling out", "The undo is applied. Following the rollout."),
    };
}
