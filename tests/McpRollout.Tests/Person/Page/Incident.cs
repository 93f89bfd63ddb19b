using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Changes;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Person.Page;

/// <summary>Requests about the incident.</summary>
internal static class Incident
{
    private static int _count;

    /// <summary>A pending request of its own workload, asked one minute ago.</summary>
    public static UndoRequest Request(DateTimeOffset now, string? name = null, string? id = null)
    {
        var number = Interlocked.Increment(ref _count);
        var workload = new WorkloadRef(ResourceType.Deployment, "shop", name ?? $"checkout-{number}");
        var history = IncidentCluster.History(workload);
        var plan = UndoPlanning.Plan(IncidentCluster.Identity, history, history.Find(4)!);
        return new UndoRequest
        {
            Id = id ?? $"undo-test{number:D8}",
            State = RequestState.Pending,
            Plan = plan,
            Requester = new Requester("mira", "claude-code 2.1.4"),
            Reason = "checkout has been crashing since 2.7.0: PAYMENT_URL is not set. Revision 4 served without restarts for nine days.",
            CreatedAt = now.AddMinutes(-1),
            ExpiresAt = now.AddMinutes(14),
            Steps = UndoPlanning.Steps(plan),
            Changes = TemplateChanges.Between(history.Workload.Template, history.Find(4)!.Template),
            Findings = RolloutFindings.For(history, history.Find(4)!),
        };
    }

    /// <summary>What was known when it was asked.</summary>
    public static RequestSnapshot DossierOf(UndoRequest request)
    {
        var history = IncidentCluster.History(request.Plan.Workload);
        return RequestSnapshot.Of(HistoryEvidence.Of(history, [], request.CreatedAt.AddMinutes(1)), history.Find(4)!);
    }
}
