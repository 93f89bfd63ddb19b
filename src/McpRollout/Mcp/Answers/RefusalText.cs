namespace McpRollout.Mcp.Answers;

/// <summary>What an agent is told of an undo that nobody was asked about: why, and what to do instead.</summary>
internal static class RefusalText
{
    public static string Of(IntakeRefusal refusal) => refusal switch
    {
        IntakeRefusal.NobodyEnrolled =>
            "Nobody is enrolled who could approve. Tell the user: a person must run 'mcp-rollout approvers add NAME' at a terminal of the "
                + "machine that serves the approval page; then ask again.",
        IntakeRefusal.CannotBeApproved closed => Of(closed.Obstacle),
        IntakeRefusal.ClusterFailed failed => failed.Failure.Message,
        IntakeRefusal.NoSuchWorkload missing => $"There is no {missing.Workload} in namespace {missing.Workload.Namespace}.",
        IntakeRefusal.OtherWorkload other =>
            $"The approving side sees no such {other.Workload} as this one: it was made again just now, or both sides speak to different "
                + "clusters. Read k8s_rollout_history again; if it stays so, tell the user to give both sides the same cluster.",
        IntakeRefusal.NotSettled unsettled =>
            $"The cluster is still making a revision of the latest change to {unsettled.Workload}. Wait a few seconds, read "
                + "k8s_rollout_history again, and ask with the current_revision it reports.",
        IntakeRefusal.NotCurrent moved =>
            $"current_revision {moved.Given} is no longer current: {moved.Workload} is at revision {moved.Current} now. Read "
                + "k8s_rollout_history again and decide anew.",
        IntakeRefusal.NoSuchRevision gone =>
            $"{gone.Workload} has no revision {gone.Revision}. Its revisions are {ListOf(gone.Existing)}; an undo renumbers its target and "
                + "old ones are pruned, so read k8s_rollout_history again and choose one.",
        IntakeRefusal.TargetCurrent target =>
            $"Revision {target.Revision} is the current revision of {target.Workload}. Choose an earlier one: {ListOf(target.Others)}.",
        IntakeRefusal.SameTemplate same =>
            $"Revision {same.Revision} has the same pod template as {same.Workload} has now, so an undo would change nothing. Choose a "
                + "revision that differs: k8s_rollout_history lists the changes of each.",
        IntakeRefusal.NoDigest unpinned =>
            $"Revision {unpinned.Revision} of {unpinned.Workload} cannot be brought back with the digests that ran: "
                + (unpinned.Containers is { } containers ? NameList.Of(containers) : "the server's record of them cannot be read now")
                + ". Nobody was asked. Ask without pin_images to bring back what its tags name now, or choose another revision.",
        IntakeRefusal.NothingToPause nothing => $"{nothing.Why} Nobody was asked. Ask again without pause_owner.",
        IntakeRefusal.NothingToResume nothing => $"{nothing.Why} Nobody was asked.",
        IntakeRefusal.OwnerResumed resumed =>
            $"{resumed.Resumer} would resume {resumed.Owner} once it is paused, and the undo would be put back. Nobody was asked. Tell the "
                + "user: a person must pause that one first; then ask again.",
        IntakeRefusal.OwnerNotPermitted denied =>
            $"The server's credentials may not patch {denied.Owner}{Because(denied.Reason)}, so it cannot be paused or resumed. Nobody was "
                + "asked. A cluster administrator must grant it (docs/rbac in the project), or somebody does it by hand.",
        IntakeRefusal.ReleaseUnreadable unreadable =>
            $"Revision {unreadable.Revision} of {unreadable.Release} cannot be read, so that nobody could be shown what a rollback does: "
                + $"{unreadable.Why}. Nobody was asked. Choose another revision, or tell the user, who can run helm.",
        IntakeRefusal.ReleaseTakenAway away =>
            $"{away.Release} is {away.Status.ToName()}: a rollback would install it again. Nobody was asked. Tell the user, who can run "
                + "helm.",
        IntakeRefusal.OutsideNamespaces outside =>
            $"{outside.Release} has objects in {NameList.Of(outside.Namespaces.Select(ShownValue.Name))}, which this server may not speak "
                + "of. Nobody was asked. Tell the user: Cluster:Namespaces can allow it, or a person runs helm.",
        IntakeRefusal.RecordsNotPermitted denied =>
            $"The server's credentials may not create and update {denied.Driver.ToPlural()} in namespace {denied.Release.Namespace}"
                + $"{Because(denied.Reason)}, as helm has to for a rollback. Nobody was asked. A cluster administrator must grant it; "
                + "docs/helm.md in the project has what helm needs.",
        IntakeRefusal.Blocked blocked => blocked.Finding.Message,
        IntakeRefusal.NotPermitted denied =>
            $"The server's credentials may not patch {denied.Workload.Type.ToPlural()} in namespace "
                + $"{denied.Workload.Namespace}{Because(denied.Reason)}. "
            + "A cluster administrator must grant it; docs/rbac in the project has the least that works.",
        IntakeRefusal.DryRunRefused refused =>
            $"A dry run of the undo was refused by the cluster, so nobody was asked: {refused.Failure.Message.TrimEnd('.')}. Tell the "
                + "user: what is named there must allow it first, or another revision must be chosen.",
        IntakeRefusal.AnotherOpen another =>
            $"{another.Open.Plan.Workload} has an open request already: {another.Open.Id}, from revision {another.Open.Plan.FromRevision} "
                + $"to {another.Open.Plan.ToRevision}{(another.Open.Plan.Pins is null ? "" : " with pin_images")}"
                + $"{(another.Open.Plan.Pause is null ? "" : " with pause_owner")}"
                + $"{(another.Open.Plan.Resume is null ? "" : " with resume_owner")}, "
                + $"{another.Open.State.ToName()}. Follow it with k8s_rollout_undo_status, or take it "
                + "back with k8s_rollout_undo_cancel before asking for another.",
        IntakeRefusal.TooMany limited => Of(limited.Limit),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    };

    private static string Of(ApprovalObstacle obstacle) => obstacle switch
    {
        ApprovalObstacle.Denied denied =>
            $"Rule '{denied.Rule}' refuses this undo. Nobody was asked. Tell the user; whoever keeps this server's settings can change the "
                + "rule.",
        ApprovalObstacle.Frozen frozen => $"{frozen.Freeze.Text} Nobody was asked. Tell the user, and ask again when it is over.",
        ApprovalObstacle.TooFewApprovers { Terms: var terms } =>
            $"Rule '{terms.Rule}' needs {terms.RequiredApprovals} of those who may approve, and fewer are enrolled"
                + $"{(terms.PasskeyRequired ? " with a passkey, which it takes only" : "")}: {PolicyText.Who(terms)}. Tell the "
            + "user: a person must run 'mcp-rollout approvers add NAME --group GROUP' at a terminal on this machine"
            + $"{(terms.PasskeyRequired ? ", or 'mcp-rollout approvers devices NAME --add' for one who has no passkey yet" : "")}; "
            + "then ask again.",
        ApprovalObstacle.NobodyMayLift closed =>
            $"{closed.Freeze.Text} None of those who may approve this is in that group. Nobody was asked. Tell the user, and ask again "
                + "when the freeze is over.",
        _ => throw new ArgumentOutOfRangeException(nameof(obstacle)),
    };

    private static string Of(LimitReached limit) => limit switch
    {
        LimitReached.Open open =>
            $"{open.Count} requests are open, and no more may be (Limits:OpenRequests). Nobody was asked. Tell the user: people must "
                + "decide some first, or their agents cancel them; then ask again.",
        LimitReached.OpenOfOne own =>
            $"{own.Count} requests on behalf of {own.Person} are open, and no more may be (Limits:OpenRequestsPerRequester). Nobody was "
                + "asked. Wait for decisions with k8s_rollout_undo_status, or cancel what is no longer wanted with "
                + "k8s_rollout_undo_cancel; then ask again.",
        LimitReached.PerMinute recent =>
            $"{recent.Count} requests were made on behalf of {recent.Person} within a minute, and no more may be "
                + $"(Limits:RequestsPerMinute). Nobody was asked. Ask again in {Math.Ceiling(recent.Wait.TotalSeconds)} seconds.",
        _ => throw new ArgumentOutOfRangeException(nameof(limit)),
    };

    private static string ListOf(IReadOnlyList<long> numbers) => numbers.Count == 0 ? "there is none" : NumberList.Of(numbers);

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $" ({VisibleText.Of(reason, 200)})";
}
