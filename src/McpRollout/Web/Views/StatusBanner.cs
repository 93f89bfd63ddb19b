namespace McpRollout.Web.Views;

/// <summary>Where a request stands, in words, an icon and a tone.</summary>
/// <param name="Severity">The colour.</param>
/// <param name="Icon">The icon.</param>
/// <param name="Short">One or two words, for lists and the window's title.</param>
/// <param name="Long">A sentence.</param>
internal sealed record StatusBanner(BannerSeverity Severity, Markup Icon, string Short, string Long)
{
    /// <summary>Judges by state and time: a request may be overdue before anybody has recorded that.</summary>
    public static StatusBanner Of(UndoRequest request, PageClock clock) => request.State switch
    {
        RequestState.Pending when clock.Instant < request.ExpiresAt && request.GivenApprovals > 0 => new(
            BannerSeverity.Attention, Views.Icon.Clock, "Waiting", $"{request.GivenApprovals} of {request.RequiredApprovals} approvals "
                + $"given. Waiting for another person."),
        RequestState.Pending when clock.Instant < request.ExpiresAt =>
            new(BannerSeverity.Attention, Views.Icon.Clock, "Waiting", "Waiting for your decision."),
        RequestState.Pending or RequestState.Expired =>
            new(BannerSeverity.Quiet, Views.Icon.Stop, "Expired", "Expired. Nothing was changed."),
        RequestState.Approved => new(BannerSeverity.Busy, Views.Icon.Progress, "Approved", "Approved. It is about to be carried out."),
        RequestState.Executing =>
            new(BannerSeverity.Busy, Views.Icon.Progress, "Under way", "Approved. The patch is being sent to the cluster."),
        RequestState.Unknown => new(
            BannerSeverity.Attention, Views.Icon.Warning, "Unclear", "The cluster's answer was lost. The workload is being read to find "
                + "out; nothing is sent twice."),
        RequestState.Denied => new(BannerSeverity.Quiet, Views.Icon.Cross, "Denied", "Denied. Nothing was changed, and a denial is final."),
        RequestState.Cancelled =>
            new(BannerSeverity.Quiet, Views.Icon.Stop, "Cancelled", "Taken back by the agent's side. Nothing was changed."),
        RequestState.Stale =>
            new(BannerSeverity.Attention, Views.Icon.Stop, "Stale",
                "Not carried out: the workload is no longer what was shown. Nothing was changed."),
        RequestState.Failed => new(BannerSeverity.Bad, Views.Icon.Cross, "Failed", "Not carried out."),
        RequestState.Applied => OfRollout(request),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private static StatusBanner OfRollout(UndoRequest request) => request.Outcome?.Rollout switch
    {
        UndoRollout.Healthy =>
            new(BannerSeverity.Good, Views.Icon.Check, "Healthy",
                $"Done. {request.Plan.Name} runs the template of revision {request.Plan.ToRevision} again and is healthy."),
        UndoRollout.Degraded =>
            new(BannerSeverity.Bad, Views.Icon.Warning, "Degraded", "The undo is applied, and the rollout did not become healthy."),
        UndoRollout.Superseded =>
            new(BannerSeverity.Attention, Views.Icon.Info, "Superseded", "The undo was applied, and a newer change has taken its place."),
        _ => new(BannerSeverity.Busy, Views.Icon.Progress, "Rolling out", "The undo is applied. Following the rollout."),
    };
}
