using System.Diagnostics;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Reverts;

namespace McpRollout.Approvals.Intake;

/// <summary>Where a wish becomes a request: everything that can be known to fail is refused here, before a person is asked.</summary>
internal sealed class UndoIntake(
    ApprovalBroker broker,
    ApproverDirectory approvers,
    IClusterReader cluster,
    ClusterScope scope,
    WorkloadReader workloads,
    WorkloadContextReader surroundings,
    OpenRequests requests,
    PausePlanning pausing,
    RevertPlanning reverts,
    EarlierUndos undos,
    LateTruth late,
    PolicySource policies,
    IImageMemory images,
    IImageRegistries registries,
    PreApprovedHome home,
    TimeProvider time)
{
    /// <summary>Makes a request of the wish, finds the open one for the same, or refuses.</summary>
    public async Task<IntakeResult> AskAsync(IntakeInput ask, CancellationToken cancellationToken)
    {
        var asked = await OpenAsync(ask, cancellationToken);
        return asked.Request is { } request ? await home.LetThroughAsync(request, cancellationToken) : asked;
    }

    private async Task<IntakeResult> OpenAsync(IntakeInput ask, CancellationToken cancellationToken)
    {
        var people = await approvers.ListAsync(cancellationToken);
        if (people.Count == 0)
            return new IntakeRefusal.NobodyEnrolled();

        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return new IntakeRefusal.ClusterFailed(identity.Failure);
        if (await requests.FindAsync(ask, identity.Value, cancellationToken) is { } open)
            return open;

        var history = ask.PinImages
            ? await workloads.ReadHistoryWithPodsAsync(ask.Workload, Freshness.Latest, cancellationToken)
            : await workloads.ReadHistoryAsync(ask.Workload, Freshness.Latest, cancellationToken);
        if (!history.Succeeded)
        {
            return history.Failure.Kind != ClusterFailureKind.NotFound ? new IntakeRefusal.ClusterFailed(history.Failure)
                : UndoPlanning.OtherWorkload(ask, uid: null) ?? new IntakeRefusal.NoSuchWorkload(ask.Workload);
        }

        if (UndoPlanning.OtherWorkload(ask, history.Value.Workload.Uid) is { } other)
            return other;
        if (UndoPlanning.Refusal(ask, history.Value) is { } refusal)
            return refusal;
        var (pins, unpinned) = await PinAsync(ask, history.Value, cancellationToken);
        if (unpinned is not null)
            return unpinned;
        var restoring = history.Value.WithPins(ask.ToRevision, pins ?? []);
        if (UndoPlanning.Refusal(ask, restoring) is { } pinned)
            return pinned;
        var target = restoring.Find(ask.ToRevision)!;
        var deletes = await MayDeleteStuckPodsAsync(restoring, target, cancellationToken);
        if (!deletes.Succeeded)
            return new IntakeRefusal.ClusterFailed(deletes.Failure);
        var (owner, unpaused) = await pausing.PlanAsync(ask, restoring.Workload, cancellationToken);
        if (unpaused is not null)
            return unpaused;
        var (revert, outlook) = await reverts.PlanAsync(owner, cancellationToken);
        var plan = UndoPlanning.Plan(identity.Value, restoring, target, deletes.Value, pins) with
        {
            Pause = owner is null ? null : OwnerPause.Of(owner),
            Revert = revert,
        };
        var draft = Draft(ask, plan, restoring);
        if (new ApprovalEvaluation(draft, [draft.Terms!], people, draft.CreatedAt).Obstacle() is { } obstacle)
            return new IntakeRefusal.CannotBeApproved(obstacle);
        if (draft.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Blocks) is { } blocking)
            return new IntakeRefusal.Blocked(blocking);

        var remembering = undos.OfAsync(identity.Value.Server, ask.Workload, cancellationToken);
        var looking = surroundings.ReadAsync(restoring, target, cancellationToken);
        var rehearsing = RehearseAsync(draft, restoring, cancellationToken);
        var inRegistries = registries.AskAsync([.. target.Images.Select(image => image.Value)], cancellationToken);
        await Task.WhenAll(remembering, looking, rehearsing, inRegistries);
        await late.SeeAsync(history.Value, await remembering, cancellationToken);
        var (prevented, rehearsed) = await rehearsing;
        if (prevented is not null)
            return prevented;

        var facts = await looking with
        {
            RehearsedTemplate = rehearsed?.At("spec", "template"),
            DeletesStuckPods = deletes.Value,
            PausesOwner = owner is not null,
            Revert = outlook,
            Registry = await inRegistries,
        };
        draft = draft with { Findings = UndoFindings.For(facts) };
        var known = facts.History.ArePodsKnown ? history.Value.WithPods(facts.History.Pods) : history.Value;
        var evidence = HistoryEvidence.Of(known, await remembering ?? [], draft.CreatedAt).With(facts.Images);
        var snapshot = RequestSnapshot.Of(evidence, target);
        var opened = await broker.OpenAsync(draft, snapshot, cancellationToken);
        if (opened.Request is not { } stored)
            return new IntakeRefusal.TooMany(opened.Limit!);
        return stored.Id == draft.Id ? stored : UndoPlanning.SameOrRefused(ask, identity.Value, stored);
    }

    private async Task<(IReadOnlyList<ImagePin>? Pins, IntakeRefusal? Refusal)> PinAsync(
        IntakeInput ask, RevisionHistory history, CancellationToken cancellationToken)
    {
        if (!ask.PinImages)
            return (null, null);
        if (!history.ArePodsKnown || await images.OfAsync(history, cancellationToken) is not { } record)
            return (null, new IntakeRefusal.NoDigest(ask.Workload, ask.ToRevision, null));
        var pins = ImagePins.Of(history.Find(ask.ToRevision)!, record);
        return pins.Lacking.Count > 0
            ? (null, new IntakeRefusal.NoDigest(ask.Workload, ask.ToRevision, pins.Lacking))
            : (pins.Pins, null);
    }

    private UndoRequest Draft(IntakeInput ask, UndoPlan plan, RevisionHistory history)
    {
        var target = history.Find(ask.ToRevision)!;
        var labels = history.Workload.Labels;
        var terms = policies.For(plan.Cluster, ask.Workload, labels, ask.Requester);
        return UndoPlanning.Draft(ask, plan, terms, scope, time.GetUtcNow()) with
        {
            Labels = labels,
            Steps = UndoPlanning.Steps(
                plan,
                ManagedFields.AppliersOf(history.Workload) is [var applier] ? applier.Entry.TextAt("manager") : null,
                ask.VerifyFor),
            Changes = TemplateChanges.Between(history.Template, target.Template),
            Findings = RolloutFindings.For(history, target, plan.Pods.Count > 0),
            VerifyFor = ask.VerifyFor,
        };
    }

    private async Task<ClusterAnswer<bool>> MayDeleteStuckPodsAsync(RevisionHistory history, Revision target,
        CancellationToken cancellationToken)
    {
        if (StuckPods.In(history, target.RestoredLabel).Count == 0)
            return false;
        var access = await cluster.MayDeletePodsAsync(history.Workload.Ref.Namespace, cancellationToken);
        return access.Succeeded ? access.Value.Allowed : access.Failure;
    }

    // The very patch, less the approver's name: admission and validation say now what they would say then.
    private async Task<(IntakeRefusal? Prevented, JsonElement? Rehearsed)> RehearseAsync(UndoRequest draft, RevisionHistory history,
        CancellationToken cancellationToken)
    {
        UndoTelemetry.Tag(Activity.Current, draft);
        var access = await cluster.MayPatchAsync(draft.Plan.Workload, cancellationToken);
        if (!access.Succeeded)
            return (new IntakeRefusal.ClusterFailed(access.Failure), null);
        if (!access.Value.Allowed)
            return (new IntakeRefusal.NotPermitted(draft.Plan.Workload, access.Value.Reason), null);

        var target = history.Find(draft.Plan.ToRevision)!;
        var patch = UndoPatch.Build(history.Workload, target.Template, UndoMarkers.Annotations(draft), isPinned: false);
        var rehearsal = await cluster.DryRunAsync(draft.Plan.Workload, patch, cancellationToken);
        if (rehearsal.Succeeded)
            return (null, rehearsal.Value);
        return rehearsal.Failure.Kind is ClusterFailureKind.Invalid or ClusterFailureKind.Forbidden or ClusterFailureKind.Conflict
            ? (new IntakeRefusal.DryRunRefused(rehearsal.Failure), null)
            : (new IntakeRefusal.ClusterFailed(rehearsal.Failure), null);
    }
}
