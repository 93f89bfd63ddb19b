using System.Diagnostics;
using System.Security.Cryptography;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Reverts;

namespace McpRollout.Approvals.Intake;

/// <summary>Checks a wish against what the cluster has. Pure.</summary>
internal static class UndoPlanning
{
    /// <summary>The id of no request: the mark that a dry run leaves.</summary>
    public const string Rehearsal = "undo-rehearsal";

    private const string IdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int LongestImage = 400;

    /// <summary>A refusal, if the agent's side means another workload than the one of this uid; null stands for no workload.</summary>
    public static IntakeRefusal? OtherWorkload(IntakeInput ask, string? uid) =>
        ask.WorkloadUid is null || ask.WorkloadUid == uid ? null : new IntakeRefusal.OtherWorkload(ask.Workload);

    /// <summary>Why this cannot be asked for; null if it can.</summary>
    public static IntakeRefusal? Refusal(IntakeInput ask, RevisionHistory history)
    {
        var workload = ask.Workload;
        if (!history.IsSettled)
        {
            return RolloutFindings.NeverSettled(history) is { } lasting
                ? new IntakeRefusal.Blocked(lasting)
                : new IntakeRefusal.NotSettled(workload);
        }

        var current = history.Current!.Number;
        if (current != ask.CurrentRevision)
            return new IntakeRefusal.NotCurrent(workload, ask.CurrentRevision, current);
        if (history.Find(ask.ToRevision) is not { } target)
            return new IntakeRefusal.NoSuchRevision(workload, ask.ToRevision, [.. history.Revisions.Select(revision => revision.Number)]);
        if (target.Number == current)
        {
            return new IntakeRefusal.TargetCurrent(
                workload, current, [.. history.Revisions.Select(revision => revision.Number).Where(number => number != current)]);
        }

        return history.HasTemplateOf(target) ? new IntakeRefusal.SameTemplate(workload, target.Number) : null;
    }

    /// <summary>The open request, if it is for the very same; else that it stands in the way. One that was asked for under another name of
    /// the cluster can be another cluster's: an address, such as that of a tunnel, need not lead to the same one.</summary>
    public static IntakeResult SameOrRefused(IntakeInput ask, ClusterIdentity cluster, UndoRequest open) =>
        open.Plan.Cluster != cluster.Name ? new IntakeRefusal.AnotherOpen(open)
        : OtherWorkload(ask, open.Plan.Uid) is { } other ? other
        : open.Plan.ToRevision == ask.ToRevision && open.Plan.FromRevision == ask.CurrentRevision
            && open.Plan.Pins is not null == ask.PinImages && open.Plan.Pause is not null == ask.PauseOwner
            && open.Plan.Resume is not null == ask.ResumeOwner
            ? open
            : new IntakeRefusal.AnotherOpen(open);

    /// <summary>The request that the wish becomes, as far as it is the same for all that can be asked for.</summary>
    public static UndoRequest Draft(
        IntakeInput ask, UndoPlan plan, ApprovalTerms terms, ClusterScope scope, DateTimeOffset now) => new()
        {
            Id = $"undo-{RandomNumberGenerator.GetString(IdAlphabet, 12)}",
            State = RequestState.Pending,
            Plan = plan,
            IsProduction = scope.IsProduction,
            Requester = ask.Requester,
            Reason = SecretText.Mask(ask.Reason),
            CreatedAt = now,
            ExpiresAt = now + terms.RequestLifetime,
            Terms = terms,
            WayHome = ask.WayHome,
            TraceParent = Activity.Current?.Id,
        };

    /// <summary>What an approval binds.</summary>
    public static UndoPlan Plan(
        ClusterIdentity cluster,
        RevisionHistory history,
        Revision target,
        bool deletesStuckPods = false,
        IReadOnlyList<ImagePin>? pins = null) => new(
        cluster.Name,
        cluster.Server,
        history.Workload.Type,
        history.Workload.Ref.Namespace,
        history.Workload.Ref.Name,
        history.Workload.Uid,
        history.Current!.Number,
        target.Number,
        history.Workload.TemplateDigest,
        target.TemplateDigest)
        {
            Pods = deletesStuckPods ? [.. StuckPods.In(history, target.RestoredLabel).Select(PodRef.Of)] : [],
            Pins = pins,
        };

    /// <summary>What an approval carries out, in order.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="applier">The field manager that applies the template server-side, if exactly one does.</param>
    /// <param name="verifyFor">How long the rollout is watched once it is healthy.</param>
    public static IReadOnlyList<string> Steps(UndoPlan plan, string? applier = null, TimeSpan verifyFor = default) =>
    [
        .. plan.Pause is { } pause ? new[] { Step(pause) } : [],
        $"Read {plan.Workload} in {plan.Namespace} again; stop if it or revision {plan.ToRevision} is no longer what is shown here.",
        $"Patch its pod template to that of revision {plan.ToRevision}, once; the cluster refuses if the template has changed by then.",
        .. plan.Pins is null ? [] : plan.Pins.Select(pin => $"Its container {ShownValue.Name(pin.Container)} comes back as "
            + $"{VisibleText.Of(pin.Image, LongestImage)}: what it was seen to run, whatever its tag names now."),
        .. plan.Pods.Select(pod =>
            $"Delete pod {ShownValue.Name(pod.Name)} (uid {ShownValue.Name(pod.Uid)}) if the StatefulSet waits for it then: still not "
                + $"ready, and still not of revision {plan.ToRevision}. Wait for the one that takes its place."),
        .. applier is null ? [] : new[]
        {
            $"Give what it wrote of the template to field manager {ShownValue.Name(applier)}, who applies it, so that their next apply "
                + "meets no conflict. Nothing but that ownership changes.",
        },
        .. plan.Revert is null ? [] : new[] { RevertText.Step(plan.Revert) },
        "Follow the rollout until it is healthy, degraded or superseded.",
        .. verifyFor == TimeSpan.Zero ? [] : new[] { $"Once it is healthy, watch for {Verification.Text(verifyFor)} whether it stays so." },
    ];

    private static string Step(OwnerPause pause) => pause.Kind == OwnerKind.Application
        ? $"Pause {pause.Owner} if it is still as it is now: set its spec.syncPolicy.automated.enabled to false, once, and nothing else. "
            + "It stays so until somebody resumes it."
        : $"Pause {pause.Owner} if it is still as it is now: set its spec.suspend to true, once, and nothing else. It stays so until "
            + "somebody resumes it.";
}
