namespace McpRollout.Cli;

/// <summary>
/// A request as a terminal shows it. What agents and the cluster wrote is made visible, so that it cannot steer the terminal.
/// </summary>
internal static class RequestLines
{
    public static string Line(UndoRequest request) =>
        $"{request.Id}  {request.State.ToName(),-9}  {request.Plan.Namespace}/{request.Plan.Workload.TypeName}/{request.Plan.Name}  "
            + $"revision {request.Plan.FromRevision} -> {request.Plan.ToRevision}  {request.Plan.MatchCode}  "
            + $"{request.CreatedAt.ToLocalTime():yyyy-MM-dd HH:mm}";

    /// <summary>That people are not told.</summary>
    public static string Line(FailingChannel failing) =>
        $"notifications  {VisibleText.Of(failing.Name)} takes no messages since {failing.Since.ToLocalTime():yyyy-MM-dd HH:mm}: "
            + $"{VisibleText.Of(failing.Failure)}";

    /// <summary>All that the page shows.</summary>
    public static string Whole(UndoRequest request, ApprovalEvaluation? evaluation)
    {
        var (plan, outcome) = (request.Plan, request.Outcome);
        string[] lines =
        [
            $"Undo {plan.Workload} in namespace {plan.Namespace}: revision {plan.FromRevision} -> {plan.ToRevision}"
                + (plan.Pins is null ? "" : ", images by the digests that ran"),
            $"  cluster     {VisibleText.Of(plan.Cluster)} ({VisibleText.Of(plan.Server)})",
            $"  state       {request.State.ToName()}",
            $"  match code  {plan.MatchCode}",
            $"  asked       {request.CreatedAt.ToLocalTime():u} by {VisibleText.Of(request.Requester.Client)} for "
                + $"{VisibleText.Of(request.Requester.Person)}",
            $"  expires     {request.ExpiresAt.ToLocalTime():u}",
            $"  the agent's words: \"{VisibleText.Of(request.Reason)}\"",
            .. Section("What will change", request.Changes),
            .. Section("To know first", request.Findings.Select(finding => $"[{finding.Severity.ToName()}] {finding.Message}")),
            .. Section("What an approval carries out", request.Steps),
            .. evaluation is null ? [] : Section("What it takes", PolicyText.Facts(evaluation).Select(fact => $"{fact.What}: {fact.Text}")
                .Concat(evaluation.Freezes.Select(freeze => freeze.Text))),
            .. Section("Decisions", request.Decisions.Select(decision => Decision(decision, request.Counts(decision)))),
            .. Section("Pods", request.Deletions.Select(deletion => $"{PodDeletions.Text(deletion)} at {deletion.At.ToLocalTime():u}")),
            .. outcome is null ? [] : Section("Outcome", [$"{(outcome.Rollout is { } end ? $"{end.ToName()}: " : "")}{outcome.Message}"]),
            .. Section("Pods with problems", (outcome?.Problems ?? []).Select(problem =>
                $"{problem.Pod} {problem.Container}: {problem.Reason} {problem.Message}")),
            .. Section("The pods", outcome?.Pods is { } pods ? PodReportText.Lines(pods) : []),
        ];
        return string.Join(Environment.NewLine, lines).TrimEnd();
    }

    private static string[] Section(string title, IEnumerable<string> lines)
    {
        string[] items = [.. lines.Select(line => $"    - {VisibleText.Of(line)}")];
        return items.Length == 0 ? [] : [$"  {title}:", .. items];
    }

    private static string Decision(Decision decision, bool counts) =>
        $"{decision.Approver} "
            + $"{(decision.Verdict == Verdict.Approve ? "approved" : "denied")}{(decision.BreakGlass ? " alone (break-glass)" : "")} at "
            + $"{decision.At.ToLocalTime():u}{(counts ? "" : ", before it was held")}"
            + $"{(decision.Comment is { Length: > 0 } comment ? $": \"{comment}\"" : "")}";
}
