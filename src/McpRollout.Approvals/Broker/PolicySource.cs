using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>This process's rules.</summary>
internal sealed class PolicySource(IOptions<PolicyOptions> policies, IOptions<ApprovalOptions> approvals)
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    private readonly Lazy<RuleBook> _rules = new(() => PolicyReading.Read(policies.Value, approvals.Value.Lifetimes).Rules);

    /// <summary>The terms under which a request can be made now.</summary>
    public ApprovalTerms For(
        string cluster, WorkloadRef workload, IReadOnlyDictionary<string, string> labels, Requester requester) =>
        _rules.Value.For(cluster, workload, labels, new Asker(requester.User, requester.ClientOfUndo ?? requester.Client));

    /// <summary>
    /// All terms that hold for a request: its own, and this process's as they are now; of a release also those of its workloads. A process
    /// without rules of its own adds none: a person's terminal is not where the rules are kept. Without labels those of the time of asking
    /// hold.
    /// </summary>
    public IReadOnlyList<ApprovalTerms> AllFor(UndoRequest request, IReadOnlyDictionary<string, string>? labels = null)
    {
        var now = For(request.Plan.Cluster, request.Plan.Workload, labels ?? request.Labels ?? NoLabels, request.Requester);
        if (request.Terms is not { } then)
            return [now];
        var covered = OfRules(request.Covers.Select(each => each.Terms));
        return _rules.Value.IsConfigured
            ? [then, now, .. covered, .. OfRules(request.Covers.Select(
                each => For(request.Plan.Cluster, each.Workload, each.Labels, request.Requester)))]
            : [then, .. covered];
    }

    private static IEnumerable<ApprovalTerms> OfRules(IEnumerable<ApprovalTerms> terms) => terms.DistinctBy(each => each.Rule);
}
