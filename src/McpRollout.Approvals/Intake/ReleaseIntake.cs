using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Where a wish for a rollback of a release becomes a request, as <see cref="UndoIntake"/> is for workloads.</summary>
internal sealed class ReleaseIntake(
    ApprovalBroker broker,
    ApproverDirectory approvers,
    IClusterReader cluster,
    ReleaseReader releases,
    ReleaseWorkloads workloads,
    ReleaseOutlook outlook,
    IReleaseRehearsal rehearsal,
    ReleaseCommands commands,
    ClusterScope scope,
    PolicySource policies,
    TimeProvider time)
{
    // A person must see all that is deleted; who reads on sees the rest.
    private const int MostChanges = 400;

    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    /// <summary>Makes a request of the wish, finds the open one for the same, or refuses.</summary>
    public async Task<IntakeResult> AskAsync(IntakeInput ask, CancellationToken cancellationToken)
    {
        var people = await approvers.ListAsync(cancellationToken);
        if (people.Count == 0)
            return new IntakeRefusal.NobodyEnrolled();
        var identity = await cluster.IdentifyAsync(cancellationToken);
        if (!identity.Succeeded)
            return new IntakeRefusal.ClusterFailed(identity.Failure);
        var read = await releases.ReadWithAsync(ReleaseRef.Of(ask.Workload), ask.ToRevision, cancellationToken);
        if (!read.Succeeded)
        {
            return read.Failure.Kind == ClusterFailureKind.NotFound
                ? new IntakeRefusal.NoSuchWorkload(ask.Workload)
                : new IntakeRefusal.ClusterFailed(read.Failure);
        }

        var history = read.Value;
        if (await broker.FindOpenAsync(identity.Value.Server, ask.Workload, cancellationToken) is { } open
            && (open.Plan.Cluster != identity.Value.Name || !await EndIfStaleAsync(open, history, cancellationToken)))
            return UndoPlanning.SameOrRefused(ask, identity.Value, open);
        if (ReleasePlanning.Refusal(ask, history, scope) is { } refusal)
            return refusal;

        var target = history.Find(ask.ToRevision)!;
        var seen = await workloads.ReadAllAsync(history, Freshness.Latest, cancellationToken);
        if (seen.Select(each => each.Seen.Unread).OfType<ClusterFailure>().FirstOrDefault(
            each => each.Kind != ClusterFailureKind.NotFound) is { } unread)
            return new IntakeRefusal.ClusterFailed(unread);
        var draft = Draft(ask, ReleasePlanning.Plan(identity.Value, history, target), history, target, seen);
        if (new ApprovalEvaluation(draft, policies.AllFor(draft), people, draft.CreatedAt).Obstacle() is { } obstacle)
            return new IntakeRefusal.CannotBeApproved(obstacle);
        var looking = outlook.ReadAsync(history, target, cancellationToken);
        var (prevented, unsure) = await PreventedAsync(ask, history, target, cancellationToken);
        if (prevented is not null)
            return prevented;

        draft = draft with
        {
            Findings = FindingKinds.Ordered(draft.Findings.Concat(await looking)),
            Steps = ReleasePlanning.Steps(draft.Plan, target.Record!, commands, unsure),
        };
        var rollouts = seen.Select(each => each.Rollout).OfType<RolloutSnapshot>();
        var opened = await broker.OpenAsync(
            draft,
            ReleasePlanning.Snapshot(
                history, target, ReleaseRollout.Judge(history, [.. seen.Select(each => each.Seen)]),
                [.. rollouts.SelectMany(each => each.Problems)]),
            cancellationToken);
        if (opened.Request is not { } stored)
            return new IntakeRefusal.TooMany(opened.Limit!);
        return stored.Id == draft.Id ? stored : UndoPlanning.SameOrRefused(ask, identity.Value, stored);
    }

    // A pending request whose release has moved on can only end stale; it must not stand in the way of the one that is right now.
    private async Task<bool> EndIfStaleAsync(UndoRequest open, ReleaseHistory history, CancellationToken cancellationToken)
    {
        // Only the records of the target that is asked for now were read.
        if (open.State != RequestState.Pending
            || (history.Current.Number == open.Plan.FromRevision && history.Current.Entry.Uid == open.Plan.Uid
                && history.Current.StandingDigest == open.Plan.FromDigest)
            || ReleasePlanning.Moved(open.Plan, history) is not { } moved)
            return false;
        return await broker.EndAsStaleAsync(open, moved, cancellationToken) is { State: RequestState.Stale };
    }

    private UndoRequest Draft(
        IntakeInput ask, UndoPlan plan, ReleaseHistory history, ReleaseRevision target,
        IReadOnlyList<(ReleaseWorkload Seen, RolloutSnapshot? Rollout)> seen)
    {
        var terms = policies.For(plan.Cluster, ask.Workload, NoLabels, ask.Requester);
        var draft = UndoPlanning.Draft(ask, plan, terms, scope, time.GetUtcNow());
        return draft with
        {
            Covers = [.. ReleasePlanning.Covered(history, target, seen.Select(each => each.Rollout?.Workload).OfType<Workload>())
                .Select(each => new CoveredWorkload(
                    each.Workload, each.Labels, policies.For(plan.Cluster, each.Workload, each.Labels, ask.Requester)))],
            Changes = ReleaseChanges.Between(history.Current.Record!, target.Record!, MostChanges),
            Findings = ReleaseFindings.For(
                history, workloads.OwnersOf(seen.Select(each => each.Rollout)), commands, draft.CreatedAt, target),
        };
    }

    private async Task<(IntakeRefusal? Refusal, IReadOnlyList<string> Unsure)> PreventedAsync(
        IntakeInput ask, ReleaseHistory history, ReleaseRevision target, CancellationToken cancellationToken)
    {
        var access = await rehearsal.MayRecordAsync(history.Current.Entry.Driver, ask.Workload.Namespace, cancellationToken);
        if (!access.Succeeded)
            return (new IntakeRefusal.ClusterFailed(access.Failure), []);
        if (!access.Value.Allowed)
            return (new IntakeRefusal.RecordsNotPermitted(ask.Workload, history.Current.Entry.Driver, access.Value.Reason), []);
        var (refused, unsure) = await outlook.RehearseAsync(history, target, cancellationToken);
        return refused switch
        {
            null => (null, unsure),
            { Kind: ClusterFailureKind.Unreachable or ClusterFailureKind.ServerError or ClusterFailureKind.TooManyRequests } =>
                (new IntakeRefusal.ClusterFailed(refused), unsure),
            _ => (new IntakeRefusal.DryRunRefused(refused), unsure),
        };
    }
}
