namespace McpRollout.Mcp.Answers;

/// <summary>Tells an agent in one sentence what to do now.</summary>
internal static class NextSteps
{
    public static string For(UndoRequest request, string? approvalUrl, ApprovalEvaluation? evaluation) => request.State switch
    {
        RequestState.Pending =>
            $"{Need(evaluation)}{Again(request)}{Instead(request)}Show the user {approvalUrl} and the match code "
                + $"{request.MatchCode}, then call k8s_rollout_undo_status with wait_seconds 50 until it is decided; you cannot decide it.",
        RequestState.Approved or RequestState.Executing =>
            "It is approved and being carried out: call k8s_rollout_undo_status with wait_seconds 50.",
        RequestState.Unknown when request.Plan.IsRelease =>
            "The process that ran helm is gone. What Helm has made of it is being found out from its records; helm is not run again: call "
                + "k8s_rollout_undo_status with wait_seconds 50; do not ask again meanwhile.",
        RequestState.Unknown when request.Plan.Resume is not null =>
            "Whether the owner was resumed is being found out: call k8s_rollout_undo_status with wait_seconds 50; do not ask again "
                + "meanwhile.",
        RequestState.Unknown =>
            "The cluster's answer was lost. Whether the patch arrived is being found out, and if it did not the undo is carried out: call "
                + "k8s_rollout_undo_status with wait_seconds 50; do not ask again meanwhile.",
        RequestState.Applied when request.Plan.Resume is { } resume =>
            $"{resume.Owner} is resumed and syncs by itself: tell the user, and call k8s_rollout_status to see what it brings.",
        RequestState.Applied => $"{ForRollout(request)}{Revert(request)}",
        RequestState.Denied => "A person refused it: do not ask for the same again without a new reason; tell the user, with the "
            + $"comment in decisions.{OwnerPauses.Left(request)}",
        RequestState.Cancelled or RequestState.Expired or RequestState.Stale when request.PausingSince is not null =>
            $"{OwnerPauses.Unchanged(request)} Tell the user; if the undo is still wanted, read k8s_rollout_history again and ask anew.",
        RequestState.Cancelled => "It was cancelled and nothing was changed; ask again only if it is still wanted.",
        RequestState.Expired => "Nothing was changed; if it is still wanted, read k8s_rollout_history again and make a new request.",
        RequestState.Stale =>
            $"The {Subject(request.Plan)} is no longer what was shown and nothing was changed: read "
                + "k8s_rollout_history again before a new request.",
        RequestState.Failed => "It was not carried out: read outcome.message and k8s_rollout_status, then decide with the user.",
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    /// <summary>What the user should know of the terms, if they are not that anybody may approve.</summary>
    public static string Need(ApprovalEvaluation? evaluation)
    {
        if (evaluation is null)
            return "";
        var freezes = string.Concat(evaluation.Freezes.Select(freeze => $"{freeze.Text} "));
        var who = string.Join("; and also: ", evaluation.Terms.Where(terms => !terms.AdmitsEveryone).Select(PolicyText.Who).Distinct());
        return evaluation.Required == 1 && who.Length == 0
            ? freezes
            : $"{freezes}{evaluation.Given} of {evaluation.Required} approvals {(evaluation.Required == 1 ? "is" : "are")} "
                + $"given{(who.Length == 0 ? "" : $", and may come from {who}")}; tell the user. ";
    }

    // The person who decides now sees the denial, too, and looks for what has changed since.
    private static string Again(UndoRequest request) => request.EarlierDenials.Count == 0
        ? ""
        : "This was denied before (earlier_denials): unless your reason says what is new since, cancel it, and ask again with one that "
            + "does; tell the user. ";

    private static string Instead(UndoRequest request) =>
        request.Findings.Any(finding => finding.Code == ArgoFindingKinds.AbortInstead.Code)
        ? "Tell the user that to abort the update is the quicker way back (finding abort-instead). "
        : "";

    private static string ForRollout(UndoRequest request) => request.Outcome?.Rollout switch
    {
        UndoRollout.Healthy when request.Outcome.GotWorse =>
            "The undo is applied and was healthy, and got worse: tell the user the messages of outcome.verification and outcome.problems. "
                + Home(request),
        UndoRollout.Healthy when request.Outcome.Verification is { State: VerificationState.Unproven } =>
            "The undo is applied and was healthy; that it stays so is not proved: tell the user the message of outcome.verification, and "
                + "read k8s_rollout_history and k8s_rollout_status to see what runs now.",
        UndoRollout.Healthy => $"The undo is applied and the rollout is healthy{Watch(request.Outcome.Verification)}: tell the user"
            + (LeftOpen(request) is { Length: > 0 } open
                ? $", and that this is left: {string.Join("; ", open)}.{Resuming(request)}"
                : request.IsFinished ? "; nothing is left to do." : "."),
        UndoRollout.Degraded =>
            "The undo is applied, and the rollout did not become healthy: tell the user outcome.message and what outcome.pods advises, "
                + $"read k8s_rollout_history again, and if another revision looks right, ask for it with a fresh k8s_rollout_undo. "
                + Home(request),
        UndoRollout.Superseded => "Somebody changed the workload after the undo: read k8s_rollout_history to see what runs now.",
        _ => "The undo is applied and its rollout is under way: tell the user if outcome.message asks for something to be done by hand, "
            + "and call k8s_rollout_undo_status with wait_seconds 50 to follow it.",
    };

    private static string Revert(UndoRequest request) => RevertText.Standing(request) is not { } standing ? ""
        : request.AwaitsRevert ? $" {standing} Call k8s_rollout_undo_status with wait_seconds 50 for it."
        : $" {standing}";

    private static string Watch(Verification? watch) => watch?.State switch
    {
        VerificationState.Watching => $", and is watched until {TimeText.ToTheSecond(watch.Until)} whether it stays so (call "
            + "k8s_rollout_undo_status with wait_seconds 50)",
        VerificationState.Verified => ", and stayed so while it was watched",
        _ => "",
    };

    private static string Home(UndoRequest request) => request.Outcome is { Revision: { } now }
        ? $"What ran before is revision {request.Plan.FromRevision}, current_revision is {now}. {Beforehand(request)}Nothing goes on by "
            + "itself."
        : "Nothing goes on by itself.";

    private static string Resuming(UndoRequest request) => request is { PausedAt: not null, Plan.Pause: { } pause }
        ? $" Once its source is changed you can ask that {pause.Owner} be resumed: k8s_rollout_undo with resume_owner, and the current "
            + "revision as both."
        : "";

    private static string Subject(UndoPlan plan) =>
        plan.Resume is not null ? "workload, or its owner," : plan.IsRelease ? "release" : "workload";

    private static string Beforehand(UndoRequest request) => PreApprovals.Of(request) is { } given
        ? $"To go back to exactly that was approved beforehand, once and until {TimeText.ToTheSecond(given.Until)}: if the user wants it, "
            + "ask for it with k8s_rollout_undo. "
        : "";

    // What a healthy undo of the pod template leaves as it was.
    private static string[] LeftOpen(UndoRequest request)
    {
        bool Has(FindingKind kind) => request.Findings.Any(finding => finding.Code == kind.Code);
        string?[] open =
        [
            request is { PausedAt: not null, Plan.Pause: { } pause }
                ? $"{pause.Owner} is paused until somebody has changed its source and resumes it ({pause.ResumeCommand()})" : null,
            About(request, FindingKinds.ManagedBy) is { } managers
                ? $"{managers} will put another template back (finding managed-by): revert it there" : null,
            About(request, FindingKinds.OwnerPaused) is { } paused
                ? $"{paused} puts another template back once it is resumed or synced (finding owner-paused): have its source changed first"
                : null,
            Has(FindingKinds.KeptByApply) ? "fields that it brought back stay after the next kubectl apply (finding kept-by-apply)" : null,
            Has(FindingKinds.OnDelete) ? "pods that nobody has deleted yet still run the template of before" : null,
            Has(FindingKinds.Partition) ? "pods below the partition were not taken back" : null,
            Has(FindingKinds.SameTag)
                ? "the images are named as before, so that no older one came back by its name (finding same-tag)" : null,
            request.Plan.Pins is null && About(request, FindingKinds.ImageMoved) is { } containers
                ? $"the image tag of {containers} means another image than the one that ran then (finding image-moved)"
                : Has(FindingKinds.MutableTag)
                ? "an image tag that moves may mean another image than the one that ran then (finding mutable-tag)" : null,
            Has(FindingKinds.RemovedFields) ? "the cluster dropped or changed fields of what came back (finding removed-fields)" : null,
            Has(FindingKinds.ChangedSince)
                ? "a ConfigMap or Secret was changed since that revision ran (finding changed-since) and was not restored"
                : Has(FindingKinds.ConfigNotRestored) ? "ConfigMaps and Secrets are as they are now; none was restored" : null,
            Has(FindingKinds.Migration) ? "a schema migration was not taken back (finding migration)" : null,
            Has(FindingKinds.NotChecked) ? "what could not be checked has to be looked at by hand (finding not-checked)" : null,
            request.Plan.ResourceType == ResourceType.StatefulSet ? "the data in the StatefulSet's volumes is as it was" : null,
        ];
        return [.. open.OfType<string>()];
    }

    // Whom or what the request's finding of a kind is about, by its own words where it names none; null where there is no such finding.
    private static string? About(UndoRequest request, FindingKind kind) =>
        request.Findings.FirstOrDefault(finding => finding.Code == kind.Code) is { } found
            ? NameList.Of(found.Subjects ?? [found.Message])
            : null;
}
