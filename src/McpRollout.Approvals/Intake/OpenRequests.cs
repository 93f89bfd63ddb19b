using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>The requests that stand in the way of a new one.</summary>
internal sealed class OpenRequests(ApprovalBroker broker, WorkloadReader workloads, ResumeOutlook resumes)
{
    /// <summary>What a wish comes to while the workload has an open request; null where it has none that still means something.</summary>
    public async Task<IntakeResult?> FindAsync(IntakeInput ask, ClusterIdentity identity, CancellationToken cancellationToken) =>
        await broker.FindOpenAsync(identity.Server, ask.Workload, cancellationToken) is { } open
        && (open.Plan.Cluster != identity.Name || !await EndIfStaleAsync(open, cancellationToken))
            ? UndoPlanning.SameOrRefused(ask, identity, open)
            : null;

    // A pending request whose workload has moved on can only end stale; it must not stand in the way of the one that is right now.
    private async Task<bool> EndIfStaleAsync(UndoRequest open, CancellationToken cancellationToken)
    {
        if (open.State != RequestState.Pending || await MovedAsync(open.Plan, cancellationToken) is not { } moved)
            return false;
        return await broker.EndAsStaleAsync(open, moved, cancellationToken) is { State: RequestState.Stale };
    }

    private async Task<string?> MovedAsync(UndoPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Resume is not null)
            return (await resumes.ReadAsync(plan, cancellationToken)).Moved;
        var history = await workloads.ReadHistoryAsync(plan.Workload, Freshness.Latest, cancellationToken);
        return history.Succeeded ? Staleness.Of(plan, history.Value) : null;
    }
}
