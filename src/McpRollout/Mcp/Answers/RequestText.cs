namespace McpRollout.Mcp.Answers;

/// <summary>A request in lines for a model: what it needs to tell the user, and what it has to do next.</summary>
internal static class RequestText
{
    private const int ChangesListed = 10;

    /// <summary>The text.</summary>
    public static string Of(RequestView view, DateTimeOffset now)
    {
        var text = new StringBuilder();
        var resource = view.Resource;
        text.Append(
            CultureInfo.InvariantCulture,
            $"{view.RequestId}: {view.State.ToName()}. {resource.ResourceType}/{resource.Name} in {resource.Namespace} "
                + $"(cluster {VisibleText.Of(resource.Cluster, 80)}), revision {view.FromRevision} -> {view.ToRevision}\n");
        if (view.State == RequestState.Pending)
            AppendPending(text, view, now);
        foreach (var decision in view.Decisions)
            text.Append(CultureInfo.InvariantCulture, $"{(decision.Verdict == Verdict.Approve ? "approved" : "denied")} by "
                + $"{VisibleText.Of(decision.Approver, 80)}{(decision.BreakGlass ? " alone (break-glass)" : "")}{Comment(decision)}\n");
        if (view.Outcome is { } outcome)
        {
            var rollout = outcome.Rollout is { } state ? $"rollout {state.ToName()}: " : "";
            text.Append(CultureInfo.InvariantCulture, $"{rollout}{VisibleText.Of(outcome.Message, 400)}\n");
            ProblemLines.Append(text, outcome.Problems ?? []);
            foreach (var line in outcome.Pods is { } pods ? PodReportText.Lines(pods) : [])
                text.Append(line).Append('\n');
        }

        return text.Append("Next: ").Append(view.NextStep).ToString();
    }

    private static void AppendPending(StringBuilder text, RequestView view, DateTimeOffset now)
    {
        text.Append(CultureInfo.InvariantCulture, $"approve or deny at {view.ApprovalUrl}\nmatch code {view.MatchCode}, expires in "
            + $"{Math.Max(0, (int)Math.Ceiling((view.ExpiresAt - now).TotalMinutes))} min, approvals {view.Approvals.Given} of "
            + $"{view.Approvals.Required}\nchanges:\n");
        foreach (var change in view.Changes.Take(ChangesListed))
            text.Append("  ").Append(change).Append('\n');
        if (view.Changes.Count > ChangesListed)
            text.Append(CultureInfo.InvariantCulture, $"  and {view.Changes.Count - ChangesListed} more\n");
        FindingLines.Append(text, view.Findings);
    }

    private static string Comment(Decision decision) =>
        string.IsNullOrWhiteSpace(decision.Comment) ? "" : $": \"{VisibleText.Of(decision.Comment, 300)}\"";
}
