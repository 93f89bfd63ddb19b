namespace McpRollout.Mcp.Answers;

/// <summary>A request in lines for a model: what it needs to tell the user, and what it has to do next.</summary>
internal static class RequestText
{
    private const int ChangesListed = 10;

    public static string Of(RequestView view, DateTimeOffset now) => string.Join('\n', Lines(view, now));

    /// <summary>The same, where the agent was told all of it before and nothing has changed since.</summary>
    public static string Unchanged(RequestView view) =>
        $"{view.RequestId}: {view.State.ToName()}, unchanged. {view.ApprovalUrl ?? "No page is served"} (match code {view.MatchCode})"
            + $"{Warnings(view)}\n"
            + $"Next: {view.NextStep}";

    private static IEnumerable<string> Lines(RequestView view, DateTimeOffset now)
    {
        var resource = view.Resource;
        yield return $"{view.RequestId}: {view.State.ToName()}. {resource.ResourceType}/{resource.Name} in {resource.Namespace}, "
            + $"cluster {VisibleText.Quoted(VisibleText.Of(resource.Cluster, 80))}, "
            + (view.ResumesOwner is { } owner ? $"resuming {owner}" : $"revision {view.FromRevision} -> {view.ToRevision}")
            + (view.PinImages is null ? "" : ", images by the digests that ran");
        var isPending = view.State == RequestState.Pending;
        yield return view.ApprovalUrl is { } url
            ? $"{(isPending ? "approve or deny at" : "request at")} {url}, match code {view.MatchCode}"
            : $"no approval page is served, match code {view.MatchCode}";
        if (view.EarlierDenials is { } denials)
            yield return $"{EarlierDenials.Headline(denials)}; {string.Join("; ", denials.Select(EarlierDenials.Line))}";
        foreach (var line in isPending ? Pending(view, now) : [])
            yield return line;
        foreach (var line in AnswerLines.Of([.. view.Findings.Where(finding => isPending || finding.Severity == FindingSeverity.Warns)]))
            yield return line;
        foreach (var decision in view.Decisions)
            yield return $"{decision.Verdict.ToPastTense()} by "
                + $"{VisibleText.Of(decision.Approver, 80)}{(decision.BreakGlass ? " alone (break-glass)" : "")}"
                + $"{PreApprovals.Choice(decision)}{Comment(decision)}";
        if (PreApprovals.Origin(view.PreApproval) is { } beforehand)
            yield return beforehand;
        if (view.Outcome is { } outcome)
        {
            var rollout = outcome.Rollout is { } state ? $"rollout {state.ToName()}: " : "";
            yield return $"{rollout}{VisibleText.Of(outcome.Message, 400)}";
            if (outcome.Verification is { } watch)
                yield return $"{watch.State.ToName()}: {VisibleText.Of(watch.Message, 400)}";
            foreach (var probe in outcome.Verification?.Probes ?? [])
                yield return $"  {probe.Verdict.ToName()}: {VisibleText.Of(probe.Message, 400)}";
            foreach (var line in AnswerLines.Of(outcome.Problems ?? []).Concat(outcome.Pods is { } pods ? PodReportText.Lines(pods) : []))
                yield return line;
        }

        if (view.Revert is { } revert)
            yield return $"revert {revert.State}: {VisibleText.Of(revert.Message, 600)}";
        yield return $"Next: {view.NextStep}";
    }

    private static string[] Pending(RequestView view, DateTimeOffset now) =>
    [
        $"expires in {TimeText.Of(view.ExpiresAt - now)}, approvals "
            + $"{view.Approvals.Given} of {view.Approvals.Required}",
        "changes:",
        .. view.Changes.Take(ChangesListed).Select(change => $"  {VisibleText.Of(change)}"),
        .. view.Changes.Count > ChangesListed ? [$"  and {view.Changes.Count - ChangesListed} more"] : Array.Empty<string>(),
    ];

    private static string Warnings(RequestView view)
    {
        string[] codes = [.. view.Findings.Where(finding => finding.Severity == FindingSeverity.Warns).Select(finding => finding.Code)];
        return codes.Length == 0 ? "" : $"; warns {string.Join(", ", codes)}";
    }

    private static string Comment(Decision decision) =>
        string.IsNullOrWhiteSpace(decision.Comment) ? "" : $": \"{VisibleText.Of(decision.Comment, 300)}\"";
}
