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

    /// <summary>All that the page shows.</summary>
    public static string Whole(UndoRequest request, ApprovalEvaluation? evaluation)
    {
        var plan = request.Plan;
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture,
                $"Undo {plan.Workload} in namespace {plan.Namespace}: revision {plan.FromRevision} -> {plan.ToRevision}")
            .AppendLine(CultureInfo.InvariantCulture, $"  cluster     {VisibleText.Of(plan.Cluster)} ({VisibleText.Of(plan.Server)})")
            .AppendLine(CultureInfo.InvariantCulture, $"  state       {request.State.ToName()}")
            .AppendLine(CultureInfo.InvariantCulture, $"  match code  {plan.MatchCode}")
            .AppendLine(CultureInfo.InvariantCulture, $"  asked       {request.CreatedAt.ToLocalTime():u} by "
                + $"{VisibleText.Of(request.Requester.Client)} for {VisibleText.Of(request.Requester.Person)}")
            .AppendLine(CultureInfo.InvariantCulture, $"  expires     {request.ExpiresAt.ToLocalTime():u}")
            .AppendLine(CultureInfo.InvariantCulture, $"  the agent's words: \"{VisibleText.Of(request.Reason)}\"");
        Section(text, "What will change", request.Changes);
        Section(text, "To know first", request.Findings.Select(finding => $"[{finding.Severity.ToName()}] {finding.Message}"));
        Section(text, "What an approval carries out", request.Steps);
        if (evaluation is not null)
        {
            Section(text, "What it takes",
            [
                .. PolicyText.Facts(evaluation).Select(fact => $"{fact.What}: {fact.Text}"),
                .. evaluation.Freezes.Select(freeze => freeze.Text),
            ]);
        }

        Section(text, "Decisions", request.Decisions.Select(Decision));
        Section(text, "Pods", request.Deletions.Select(deletion => $"{PodDeletions.Text(deletion)} at {deletion.At.ToLocalTime():u}"));
        if (request.Outcome is { } outcome)
        {
            Section(text, "Outcome", [outcome.Rollout is { } rollout ? $"{rollout.ToName()}: {outcome.Message}" : outcome.Message]);
            Section(text, "Pods with problems",
                (outcome.Problems ?? []).Select(problem => $"{problem.Pod} {problem.Container}: {problem.Reason} {problem.Message}"));
            Section(text, "The pods", outcome.Pods is { } pods ? PodReportText.Lines(pods) : []);
        }

        return text.ToString().TrimEnd();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0)
            return;
        text.AppendLine(CultureInfo.InvariantCulture, $"  {title}:");
        foreach (var line in all)
            text.AppendLine(CultureInfo.InvariantCulture, $"    - {VisibleText.Of(line)}");
    }

    private static string Decision(Decision decision) =>
        $"{decision.Approver} "
            + $"{(decision.Verdict == Verdict.Approve ? "approved" : "denied")}{(decision.BreakGlass ? " alone (break-glass)" : "")} at "
            + $"{decision.At.ToLocalTime():u}{(decision.Comment is { Length: > 0 } comment ? $": \"{comment}\"" : "")}";
}
