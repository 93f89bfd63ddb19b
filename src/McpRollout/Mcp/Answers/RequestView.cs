using System.Text.Json.Serialization;

namespace McpRollout.Mcp.Answers;

/// <summary>A request as tools and the page's JSON tell of it.</summary>
internal sealed record RequestView(
    string RequestId,
    RequestState State,
    ResourceView Resource,
    long FromRevision,
    long ToRevision,
    string MatchCode,
    string? ApprovalUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    string Reason,
    IReadOnlyList<string> Steps,
    IReadOnlyList<string> Changes,
    IReadOnlyList<Finding> Findings,
    ApprovalsView Approvals,
    IReadOnlyList<Decision> Decisions,
    UndoOutcome? Outcome,
    string NextStep)
{
    /// <summary>The images by digest that it brings back; only where they were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ImagePin>? PinImages { get; init; }

    /// <summary>The revert in Git, once the undo is applied; only where the plan has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RevertView? Revert { get; init; }

    /// <summary>The owner that it resumes; only where that is all that it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResumesOwner { get; init; }

    /// <summary>The undo that it takes back, or whose pause it ends; only where it was asked for on that one's page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WayHomeOf { get; init; }

    /// <summary>Until when what let it through without a further decision holds, with the undo that was approved; only where something did.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreApproval? PreApproval { get; init; }

    /// <summary>The full plan digest that a decision must name; only on the page's JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Plan { get; init; }

    /// <summary>What a decision may name as the findings that were shown; only on the page's JSON, while a decision is waited
    /// for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FindingsDigest { get; init; }

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

    /// <summary>Denials of the workload in the day before, the latest first; absent where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EarlierDenial>? EarlierDenials { get; init; }

    /// <summary>The request as the agent is told of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="url">Where it is on the page; null if no page of ours answers.</param>
    /// <param name="evaluation">The request before its terms, while a decision is waited for.</param>
    /// <param name="nextStep">What to do now.</param>
    public static RequestView Of(UndoRequest request, string? url, ApprovalEvaluation? evaluation, string nextStep) => new(
        request.Id,
        request.State,
        ResourceView.Of(request.Plan.Workload, request.Plan.Cluster),
        request.Plan.FromRevision,
        request.Plan.ToRevision,
        request.MatchCode,
        url,
        request.CreatedAt,
        request.ExpiresAt,
        request.Reason,
        request.Steps,
        request.Changes,
        [.. request.Findings.Select(finding => finding with { Subjects = null })],
        evaluation is null ? new(request.RequiredApprovals, request.GivenApprovals) : new(evaluation.Required, evaluation.Given),
        [.. request.Decisions.Select(decision => decision with { Findings = null })],
        request.Outcome is { Verification: { } watch } outcome ? outcome with { Verification = watch.Shown() } : request.Outcome,
        nextStep)
    {
        PinImages = request.Plan.Pins,
        Revert = RevertView.Of(request),
        ResumesOwner = request.Plan.Resume?.Owner.ToString(),
        WayHomeOf = request.WayHome?.Undo,
        PreApproval = request.PreApproval,
        EarlierDenials = request.EarlierDenials is { Count: > 0 } denials ? denials : null,
    };
}

/// <summary>Which workload of which cluster.</summary>
internal sealed record ResourceView(string ResourceType, string Namespace, string Name, string Cluster)
{
    public static ResourceView Of(WorkloadRef workload, string cluster) =>
        new(workload.TypeName, workload.Namespace, workload.Name, cluster);
}

/// <summary>What was opened in Git, or is to be.</summary>
/// <param name="State"><c>opening</c>, <c>opened</c> or <c>not_opened</c>.</param>
/// <param name="Repository">Where, as <c>HOST/OWNER/NAME</c>.</param>
/// <param name="Commit">What it reverts.</param>
/// <param name="Url">Its address, once it is open.</param>
/// <param name="Message">The same in sentences, with what is left to people.</param>
internal sealed record RevertView(string State, string Repository, string Commit, string? Url, string Message)
{
    public static RevertView? Of(UndoRequest request) => RevertText.Standing(request) is { } message && request.Plan.Revert is { } revert
        ? new(
            request.Revert?.EndedAt is null ? "opening" : request.Revert.IsOpened ? "opened" : "not_opened",
            revert.Place, revert.Commit, request.Revert?.Url, message)
        : null;
}

/// <summary>How many approvals there must be, and are.</summary>
internal sealed record ApprovalsView(int Required, int Given);
