using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using McpRollout.Broker.Policies;
using McpRollout.Cluster;
using McpRollout.Executor;
using McpRollout.Person;
using McpRollout.Rollouts;
using McpRollout.Rollouts.Findings;
using McpRollout.Telemetry;

namespace McpRollout.Broker;

/// <summary>Where an agent's wish becomes a request: everything that can be known to fail is refused here, before a person is asked.</summary>
internal sealed class UndoDesk(
    ApprovalBroker broker,
    ApproverDirectory approvers,
    IClusterReader cluster,
    WorkloadReader workloads,
    SurroundingsReader surroundings,
    EarlierUndos undos,
    PolicySource policies,
    TimeProvider time)
{
    private const string IdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Makes a request of the wish, finds the open one for the same, or refuses.</summary>
    public async Task<UndoAnswer> AskAsync(UndoAsk ask, CancellationToken cancellationToken)
    {
        var people = await approvers.ListAsync(cancellationToken).ConfigureAwait(false);
        if (people.Count == 0)
        {
            return UndoAnswer.Refused(
                UndoRefusalKind.NoApprover,
                "Nobody is enrolled who could approve. Tell the user: a person must run 'mcp-rollout approvers add NAME' at a terminal of the machine that serves the approval page; then ask again.");
        }

        var identity = await cluster.IdentifyAsync(cancellationToken).ConfigureAwait(false);
        if (!identity.Succeeded)
            return UndoAnswer.Refused(UndoRefusalKind.Cluster, identity.Failure.Message);
        if (await FindOpenAsync(ask, identity.Value, cancellationToken).ConfigureAwait(false) is { } open)
            return open;

        var history = await workloads.ReadHistoryAsync(ask.Workload, Freshness.Latest, cancellationToken).ConfigureAwait(false);
        if (!history.Succeeded)
        {
            return (history.Failure.Kind == ClusterFailureKind.NotFound ? UndoPlanning.OtherWorkload(ask, uid: null) : null) ?? UndoAnswer.Refused(
                history.Failure.Kind == ClusterFailureKind.NotFound ? UndoRefusalKind.NoSuchWorkload : UndoRefusalKind.Cluster,
                history.Failure.Message);
        }

        if (UndoPlanning.OtherWorkload(ask, history.Value.Workload.Uid) is { } other)
            return other;
        if (UndoPlanning.Refusal(ask, history.Value) is { } refusal)
            return refusal;
        var deletes = await MayDeleteStuckPodsAsync(history.Value, history.Value.Find(ask.ToRevision)!, cancellationToken).ConfigureAwait(false);
        if (!deletes.Succeeded)
            return UndoAnswer.Refused(UndoRefusalKind.Cluster, deletes.Failure.Message);
        var draft = Draft(ask, identity.Value, history.Value, deletes.Value);
        if (new ApprovalCase(draft, [draft.Terms!], people, draft.CreatedAt).RefusalToAsk() is { } closed)
            return closed;
        if (draft.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Blocks) is { } blocking)
            return UndoAnswer.Blocked(blocking);

        var remembering = undos.OfAsync(identity.Value.Server, ask.Workload, cancellationToken);
        var looking = surroundings.ReadAsync(history.Value, history.Value.Find(ask.ToRevision)!, cancellationToken);
        var rehearsing = RehearseAsync(draft, history.Value, cancellationToken);
        await Task.WhenAll(remembering, looking, rehearsing).ConfigureAwait(false);
        var (prevented, rehearsed) = await rehearsing.ConfigureAwait(false);
        if (prevented is not null)
            return prevented;

        var facts = await looking.ConfigureAwait(false) with { RehearsedTemplate = rehearsed?.At("spec", "template"), DeletesStuckPods = deletes.Value };
        draft = draft with { Findings = UndoFindings.For(facts) };
        var dossier = Dossier.Of(HistoryEvidence.Of(facts.History, await remembering.ConfigureAwait(false) ?? [], draft.CreatedAt), facts.Target);
        var opened = await broker.OpenAsync(draft, dossier, cancellationToken).ConfigureAwait(false);
        return opened.Request is { } stored && stored.Id != draft.Id ? SameOrRefused(ask, stored) : opened;
    }

    private async Task<UndoAnswer?> FindOpenAsync(UndoAsk ask, ClusterIdentity identity, CancellationToken cancellationToken) =>
        await broker.FindOpenAsync(identity.Server, ask.Workload, cancellationToken).ConfigureAwait(false) is { } open
        && !await EndIfStaleAsync(open, cancellationToken).ConfigureAwait(false)
            ? SameOrRefused(ask, open)
            : null;

    // A pending request whose workload has moved on can only end stale; it must not stand in the way of the one that is right now.
    private async Task<bool> EndIfStaleAsync(UndoRequest open, CancellationToken cancellationToken)
    {
        if (open.State != RequestState.Pending)
            return false;
        var history = await workloads.ReadHistoryAsync(open.Plan.Workload, Freshness.Latest, cancellationToken).ConfigureAwait(false);
        if (!history.Succeeded || Staleness.Of(open.Plan, history.Value) is not { } moved)
            return false;
        var ended = await broker.ChangeAsync(
            open.Id, found => found.State == RequestState.Pending ? Ending.Stale(found, moved, time.GetUtcNow()) : null, cancellationToken).ConfigureAwait(false);
        return ended is { State: RequestState.Stale };
    }

    private static UndoAnswer SameOrRefused(UndoAsk ask, UndoRequest open) =>
        UndoPlanning.OtherWorkload(ask, open.Plan.Uid) is { } other ? other
        : open.Plan.ToRevision == ask.ToRevision && open.Plan.FromRevision == ask.CurrentRevision
            ? UndoAnswer.Of(open)
            : UndoAnswer.Refused(
                UndoRefusalKind.AnotherOpen,
                $"{ask.Workload} has an open request already: {open.Id}, from revision {open.Plan.FromRevision} to {open.Plan.ToRevision}, {open.State.ToName()}. Follow it with k8s_rollout_undo_status, or take it back with k8s_rollout_undo_cancel before asking for another.");

    private UndoRequest Draft(UndoAsk ask, ClusterIdentity identity, RevisionHistory history, bool deletesStuckPods)
    {
        var target = history.Find(ask.ToRevision)!;
        var plan = UndoPlanning.Plan(identity, history, target, deletesStuckPods);
        var labels = history.Workload.Labels;
        var terms = policies.For(ask.Workload, labels);
        var now = time.GetUtcNow();
        return new UndoRequest
        {
            Id = $"undo-{RandomNumberGenerator.GetString(IdAlphabet, 12)}",
            State = RequestState.Pending,
            Plan = plan,
            Requester = ask.Requester,
            Reason = ask.Reason,
            CreatedAt = now,
            ExpiresAt = now + terms.RequestLifetime,
            Terms = terms,
            Labels = labels,
            Steps = UndoPlanning.Steps(plan),
            Changes = TemplateChanges.Between(history.Workload.Template, target.Template),
            Findings = RolloutFindings.For(history, target, deletesStuckPods),
            TraceParent = Activity.Current?.Id,
        };
    }

    private async Task<ClusterAnswer<bool>> MayDeleteStuckPodsAsync(RevisionHistory history, Revision target, CancellationToken cancellationToken)
    {
        if (StuckPods.In(history, target.PodLabel).Count == 0)
            return false;
        var access = await cluster.MayDeletePodsAsync(history.Workload.Ref.Namespace, cancellationToken).ConfigureAwait(false);
        return access.Succeeded ? access.Value.Allowed : access.Failure;
    }

    // The very patch, less the approver's name: admission and validation say now what they would say then.
    private async Task<(UndoAnswer? Prevented, JsonElement? Rehearsed)> RehearseAsync(UndoRequest draft, RevisionHistory history, CancellationToken cancellationToken)
    {
        UndoTelemetry.Tag(Activity.Current, draft);
        var access = await cluster.MayPatchAsync(draft.Plan.Workload, cancellationToken).ConfigureAwait(false);
        if (!access.Succeeded)
            return (UndoAnswer.Refused(UndoRefusalKind.Cluster, access.Failure.Message), null);
        if (!access.Value.Allowed)
        {
            var missing = UndoAnswer.Refused(
                UndoRefusalKind.NotPermitted,
                $"The server's credentials may not patch {draft.Plan.Workload.Type.ToPlural()} in namespace {draft.Plan.Namespace}{Because(access.Value.Reason)}. A cluster administrator must grant it; docs/rbac in the project has the least that works.");
            return (missing, null);
        }

        var target = history.Find(draft.Plan.ToRevision)!;
        var patch = UndoPatch.Build(history.Workload, target.Template, Evidence.Annotations(draft));
        var rehearsal = await cluster.DryRunAsync(draft.Plan.Workload, patch, cancellationToken).ConfigureAwait(false);
        if (rehearsal.Succeeded)
            return (null, rehearsal.Value);
        var refusal = rehearsal.Failure.Kind is ClusterFailureKind.Invalid or ClusterFailureKind.Forbidden or ClusterFailureKind.Conflict
            ? UndoAnswer.Refused(
                UndoRefusalKind.RehearsalFailed,
                $"A dry run of the undo was refused by the cluster, so nobody was asked: {rehearsal.Failure.Message.TrimEnd('.')}. Tell the user: what is named there must allow it first, or another revision must be chosen.")
            : UndoAnswer.Refused(UndoRefusalKind.Cluster, rehearsal.Failure.Message);
        return (refusal, null);
    }

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $" ({VisibleText.Of(reason, 200)})";
}
