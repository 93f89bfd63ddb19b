using System.Text.Json.Serialization;

namespace McpRollout.Mcp.Answers;

/// <summary>A request as tools and the page's JSON tell of it.</summary>
internal sealed record RequestView
{
    public required string RequestId { get; init; }

    public required RequestState State { get; init; }

    public required ResourceView Resource { get; init; }

    public required long FromRevision { get; init; }

    public required long ToRevision { get; init; }

    public required string MatchCode { get; init; }

    public required string ApprovalUrl { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    public required IReadOnlyList<string> Changes { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public required ApprovalsView Approvals { get; init; }

    public required IReadOnlyList<Decision> Decisions { get; init; }

    public required UndoOutcome? Outcome { get; init; }

    public required string NextStep { get; init; }

    /// <summary>The full plan digest that a decision must name; only on the page's JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Plan { get; init; }

    /// <summary>Who asks; only on the page's JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Requester? Requester { get; init; }

    /// <summary>The API server's address; only on the page's JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Server { get; init; }

    /// <summary>How the workload is now; only on the page's JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthView? Health { get; init; }

    /// <summary>What it takes to approve; only on the page's JSON, while a decision is waited for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PolicyView? Policy { get; init; }

    /// <summary>The request as the agent is told of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Where the page is.</param>
    /// <param name="evaluation">The request before its terms, while a decision is waited for.</param>
    public static RequestView Of(UndoRequest request, ApprovalOptions options, ApprovalEvaluation? evaluation) => new()
    {
        RequestId = request.Id,
        State = request.State,
        Resource = ResourceView.Of(request.Plan),
        FromRevision = request.Plan.FromRevision,
        ToRevision = request.Plan.ToRevision,
        MatchCode = request.Plan.MatchCode,
        ApprovalUrl = options.UrlOf(request.Id),
        CreatedAt = request.CreatedAt,
        ExpiresAt = request.ExpiresAt,
        Reason = request.Reason,
        Steps = request.Steps,
        Changes = request.Changes,
        Findings = request.Findings,
        Approvals = evaluation is null
            ? new(request.RequiredApprovals, request.GivenApprovals)
            : new(evaluation.Required, evaluation.Given),
        Decisions = request.Decisions,
        Outcome = request.Outcome,
        NextStep = NextSteps.For(request, options.UrlOf(request.Id), evaluation),
    };
}

/// <summary>Which workload of which cluster.</summary>
internal sealed record ResourceView(string ResourceType, string Namespace, string Name, string Cluster)
{
    public static ResourceView Of(UndoPlan plan) => new(plan.Workload.TypeName, plan.Namespace, plan.Name, plan.Cluster);
}

/// <summary>How many approvals there must be, and are.</summary>
internal sealed record ApprovalsView(int Required, int Given);
