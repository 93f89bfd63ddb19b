namespace McpRollout.Approvals.Intake;

/// <summary>A reason for which no person is asked, beside findings that block.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Code">Its stable name in kebab case.</param>
/// <param name="Meaning">What it says, for docs/findings.md.</param>
/// <param name="Remedy">What to do; the refusal says it with particulars.</param>
internal sealed record UndoRefusal(UndoRefusalKind Kind, string Code, string Meaning, string Remedy);

/// <summary>Everything for which an undo is refused before a person is asked, but for findings. docs/findings.md is this table; a test
/// compares.</summary>
internal static class UndoRefusals
{
    /// <summary>All of them, in the order in which they are looked for.</summary>
    public static readonly IReadOnlyList<UndoRefusal> All =
    [
        new(UndoRefusalKind.NoApprover, "no-approver", "Nobody is enrolled who could approve, or fewer than the rule asks for.",
            "A person enrols: `mcp-rollout approvers add NAME`."),
        new(UndoRefusalKind.Cluster, "cluster", "The cluster gave no answer, or refused to let the workload be read.",
            "As the message says: credentials, network, or later."),
        new(UndoRefusalKind.AnotherOpen, "another-open", "Another undo of the workload is open.", "Follow or cancel that one."),
        new(UndoRefusalKind.NoSuchWorkload, "no-such-workload", "The workload does not exist; the answer names those that do.",
            "Ask for one that exists."),
        new(UndoRefusalKind.OtherWorkload, "other-workload", "The agent's side sees another workload of that name than the approving side: "
            + "it was made again just now, or the two speak to different clusters.", "Read the history again; if it stays so, give both "
            + "sides the same cluster."),
        new(UndoRefusalKind.NotCurrent, "not-current", "`current_revision` is no longer the current one.",
            "Read the history again and decide anew."),
        new(UndoRefusalKind.NoSuchRevision, "no-such-revision", "The target is gone: pruned, renumbered, or never there.",
            "Choose one that the history lists."),
        new(UndoRefusalKind.NoDigest, "no-digest", "`pin_images` was asked for, and of a container of the target no digest is on record "
            + "that it ran, or two that ran side by side.", "Ask without `pin_images`, or choose another revision."),
        new(UndoRefusalKind.NothingToPause, "nothing-to-pause", "`pause_owner` was asked for, and no Argo CD Application or Flux object "
            + "that could be read would put the template back: there is none, it is paused, or it is synced by hand.",
            "Ask without `pause_owner`."),
        new(UndoRefusalKind.NothingToResume, "nothing-to-resume", "`resume_owner` was asked for, and no owner of the workload is paused by "
            + "an undo of it: there is none, it is not paused, somebody paused it by hand, or an undo of another workload did.",
            "Ask without `resume_owner`, or for the workload that is named."),
        new(UndoRefusalKind.OwnerResumed, "owner-resumed", "`pause_owner` was asked for, and the owner has an owner of its own that would "
            + "resume it: an Application of Applications, an ApplicationSet, or a Kustomization that sets the field.", "A person pauses "
            + "that one first."),
        new(UndoRefusalKind.ReleaseUnreadable, "release-unreadable", "`helm_release` only: Helm's record of the current or of the target "
            + "revision, or its manifest, cannot be read to its end, so that nobody could be shown what a rollback does.",
            "Choose another revision, or a person runs helm."),
        new(UndoRefusalKind.ReleaseTakenAway, "release-uninstalled", "`helm_release` only: somebody has uninstalled the release, and kept "
            + "its history. A rollback would install it again.", "A person decides, and runs helm."),
        new(UndoRefusalKind.OutsideNamespaces, "outside-namespaces", "`helm_release` only: the release has objects in namespaces that "
            + "`Cluster:Namespaces` leaves out, or that are of no namespace while it is set.",
            "The settings allow them, or a person runs helm."),
        new(UndoRefusalKind.RefusedByRule, "refused-by-rule", "A rule refuses every undo of the workload.",
            "As the message says; [the rules](policies.md) decide."),
        new(UndoRefusalKind.Frozen, "frozen", "A freeze is in force in which nobody can approve.", "Ask again when it is over."),
        new(UndoRefusalKind.NotPermitted, "not-permitted",
            "The server's credentials may not patch the workload, or the owner that is to be paused or resumed.",
            "An administrator grants it; [docs/rbac](rbac/undo.yaml) has the least."),
        new(UndoRefusalKind.RehearsalFailed, "dry-run-refused", "Admission, validation or a quota refused the dry run of the patch.",
            "What is named there must allow it first, or choose another revision."),
        new(UndoRefusalKind.TooMany, "too-many", "As many requests are open, or were made, as may be.", "Wait for those that are open."),
    ];

    /// <summary>The name of a reason; null of those that go by the code of a finding.</summary>
    public static string? CodeOf(UndoRefusalKind kind) => All.FirstOrDefault(refusal => refusal.Kind == kind)?.Code;
}
