using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Requests.Home;

namespace McpRollout.Approvals.Intake;

/// <summary>Lets the way back of an undo through that was approved along with it, once somebody asks for it. Nothing is asked for by
/// itself.</summary>
internal sealed class PreApprovedHome(ApprovalBroker broker, RequestStore store)
{
    // The undo is among the latest, and whatever used its approvals up came after it.
    private const int Remembered = 100;

    /// <summary>The request, approved if it is such a way back; else as it is.</summary>
    public async Task<UndoRequest> LetThroughAsync(UndoRequest asked, CancellationToken cancellationToken)
    {
        // Without an offer in its own terms no approval could let it through, and nothing need be looked for.
        if (asked is not { State: RequestState.Pending, Plan.IsRelease: false, Terms.WayHomePreApproval: not null })
            return asked;
        var known = await store.ListOfAsync(asked.Plan.Server, asked.Plan.Workload, Remembered, cancellationToken);
        var others = known.Where(each => each.Id != asked.Id).ToList();
        return others.Find(each => WayHome.IsWanted(each) && PreApprovals.LeadsHome(asked.Plan, each)) is { } undo
            && await broker.ChangeAsync(
                asked.Id, labels: null, evaluation => PreApprovals.LetThrough(evaluation, undo, others), cancellationToken) is { } result
                    ? result.Request
                    : asked;
    }
}
