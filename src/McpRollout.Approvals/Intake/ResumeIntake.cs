using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Where a wish to resume an owner that an undo paused becomes a request, as <see cref="UndoIntake"/> is for undos.</summary>
internal sealed class ResumeIntake(
    ApprovalBroker broker,
    ApproverDirectory approvers,
    IClusterReader cluster,
    ClusterScope scope,
    WorkloadReader workloads,
    OwnerReader owners,
    OpenRequests requests,
    EarlierUndos undos,
    PolicySource policies,
    IImageMemory images,
    TimeProvider time)
{
    /// <summary>Makes a request of the wish, finds the open one for the same, or refuses.</summary>
    public async Task<IntakeResult> AskAsync(IntakeInput ask, CancellationToken cancellationToken)
    {
        var people = await approvers.ListAsync(cancellationToken);
        if (people.Count == 0)
            return new IntakeRefusal.NobodyEnrolled();
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return new IntakeRefusal.ClusterFailed(identity.Failure);
        if (await requests.FindAsync(ask, identity.Value, cancellationToken) is { } open)
            return open;
        var read = await workloads.ReadHistoryWithPodsAsync(ask.Workload, Freshness.Latest, cancellationToken);
        if (!read.Succeeded)
        {
            return read.Failure.Kind != ClusterFailureKind.NotFound ? new IntakeRefusal.ClusterFailed(read.Failure)
                : UndoPlanning.OtherWorkload(ask, uid: null) ?? new IntakeRefusal.NoSuchWorkload(ask.Workload);
        }

        var history = read.Value;
        if (UndoPlanning.OtherWorkload(ask, history.Workload.Uid) is { } other)
            return other;
        if (Refusal(ask, history) is { } refusal)
            return refusal;
        var (owner, resume, isOnRecord, unpaused) = await PlanAsync(ask, history.Workload, identity.Value, cancellationToken);
        if (unpaused is not null)
            return unpaused;
        var plan = UndoPlanning.Plan(identity.Value, history, history.Current!) with { Resume = resume };
        var terms = policies.For(plan.Cluster, ask.Workload, history.Workload.Labels, ask.Requester);
        var draft = UndoPlanning.Draft(ask, plan, terms, scope, time.GetUtcNow()) with
        {
            Labels = history.Workload.Labels,
            Steps = Steps(plan, resume!),
            Changes = [$"{resume!.Owner} {resume.Change}"],
            Findings = OwnerResumeChecks.For(owner!, ask.Workload, isOnRecord),
        };
        if (new ApprovalEvaluation(draft, [draft.Terms!], people, draft.CreatedAt).Obstacle() is { } obstacle)
            return new IntakeRefusal.CannotBeApproved(obstacle);
        if (await PreventedAsync(ask, owner!, resume, cancellationToken) is { } prevented)
            return prevented;

        var remembered = await undos.OfAsync(identity.Value.Server, ask.Workload, cancellationToken);
        var evidence = HistoryEvidence.Of(history, remembered ?? [], draft.CreatedAt)
            .With(await images.OfAsync(history, cancellationToken));
        var opened = await broker.OpenAsync(draft, RequestSnapshot.Of(evidence, history.Current!), cancellationToken);
        if (opened.Request is not { } stored)
            return new IntakeRefusal.TooMany(opened.Limit!);
        return stored.Id == draft.Id ? stored : UndoPlanning.SameOrRefused(ask, identity.Value, stored);
    }

    private static IntakeRefusal? Refusal(IntakeInput ask, RevisionHistory history) =>
        !history.IsSettled ? new IntakeRefusal.NotSettled(ask.Workload)
        : history.Current!.Number != ask.CurrentRevision
            ? new IntakeRefusal.NotCurrent(ask.Workload, ask.CurrentRevision, history.Current.Number)
        : ask.ToRevision != ask.CurrentRevision
            ? Nothing(ask, $"To resume an owner changes no revision: to_revision is to be {ask.CurrentRevision}, too.")
        : null;

    // The undo's own workload is asked about, so that the rules hold under which the pause was approved.
    private async Task<(Owner? Owner, OwnerResume? Resume, bool IsOnRecord, IntakeRefusal? Refusal)> PlanAsync(
        IntakeInput ask, Workload workload, ClusterIdentity identity, CancellationToken cancellationToken)
    {
        if (owners.Of(workload) is not { } named)
            return (null, null, false, Nothing(ask, $"No mark of Argo CD or Flux on {ask.Workload} names an owner."));
        var read = await owners.ReadAsync(named, ask.Workload, cancellationToken);
        if (!read.Succeeded)
            return (null, null, false, read.Failure.Kind == ClusterFailureKind.NotFound
                ? Nothing(ask, $"{named}, which a mark on {ask.Workload} names, is not there or does not list it.")
                : new IntakeRefusal.ClusterFailed(read.Failure));
        var owner = read.Value;
        if (owner.PutsBack)
            return (null, null, false, Nothing(ask, $"{named} is not paused."));
        if (owner.PausedBy is not { } id)
            return (null, null, false, Nothing(ask, $"{named} was not paused by an undo, which is left to whoever did."));
        var undo = await broker.FindAsync(id, cancellationToken);
        var before = undo is { Plan.Pause: { } pause } && undo.Plan.Server == identity.Server && pause.Uid == owner.Uid ? pause : null;
        if (before is not null && undo!.Plan.Workload != ask.Workload)
        {
            return (null, null, false, Nothing(ask,
                $"{named} was paused by {id}, for {undo.Plan.Workload} in namespace {undo.Plan.Namespace}: ask for it there."));
        }

        return OwnerResume.Of(owner, before) is { } resume
            ? (owner, resume, before is not null, null)
            : (null, null, false, Nothing(ask, $"{named} is synced by hand now."));
    }

    private async Task<IntakeRefusal?> PreventedAsync(
        IntakeInput ask, Owner owner, OwnerResume resume, CancellationToken cancellationToken)
    {
        var access = await cluster.MayPatchOwnerAsync(owner.Ref, cancellationToken);
        if (!access.Succeeded)
            return new IntakeRefusal.ClusterFailed(access.Failure);
        if (!access.Value.Allowed)
            return new IntakeRefusal.OwnerNotPermitted(owner.Ref, access.Value.Reason);
        var rehearsed = await cluster.DryRunOwnerAsync(
            owner.Ref, OwnerPatch.Resume(owner, resume, UndoPlanning.Rehearsal), cancellationToken);
        return rehearsed switch
        {
            { Succeeded: true, Value: { } resumed } => new Owner(owner.Ref, resumed).PutsBack
                ? null
                : Nothing(ask, $"A dry run shows that {owner.Ref} would stay paused."),
            { Failure.Kind: ClusterFailureKind.Invalid or ClusterFailureKind.Forbidden or ClusterFailureKind.Conflict } =>
                new IntakeRefusal.DryRunRefused(rehearsed.Failure),
            _ => new IntakeRefusal.ClusterFailed(rehearsed.Failure!),
        };
    }

    private static IReadOnlyList<string> Steps(UndoPlan plan, OwnerResume resume) =>
    [
        $"Read {plan.Workload} in {plan.Namespace} and {resume.Owner} again; stop if either is no longer what is shown here.",
        $"Resume {resume.Owner} if it is still paused by {resume.PausedBy}: set its field back as it was ({resume.Change}) and take the "
            + "mark of the pause away, once, and nothing else. Whatever it then does is its own.",
    ];

    private static IntakeRefusal.NothingToResume Nothing(IntakeInput ask, string why) => new(ask.Workload, why);
}
