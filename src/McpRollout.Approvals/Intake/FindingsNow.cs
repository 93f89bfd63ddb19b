using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Reads again what a decision rests on.</summary>
internal sealed class FindingsNow(WorkloadContextReader surroundings)
{
    /// <summary>What would hold the request's patch now. Nothing where the target is gone: <see cref="Staleness"/> tells that.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="history">The workload as it was just read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<Finding>> ReadAsync(UndoPlan plan, RevisionHistory history, CancellationToken cancellationToken) =>
        history.Find(plan.ToRevision) is { } target ? await surroundings.ReadHoldingAsync(history, target, cancellationToken) : [];
}
