namespace McpRollout.Cli;

/// <summary>
/// A request as a document for the post-mortem. What agents, people and the cluster wrote is quoted, and cannot pass for markup.
/// </summary>
internal static class RequestMarkdown
{
    private const string Special = "\\`*_{}[]<>()#+!|~&-=$@.:";

    /// <summary>The document.</summary>
    /// <param name="request">The request.</param>
    /// <param name="before">What was known when it was made; null for one that was made before there were snapshots.</param>
    /// <param name="records">Its audit records, as lines for a person, in order.</param>
    public static string Of(UndoRequest request, RequestSnapshot? before, IEnumerable<string> records)
    {
        var (plan, text) = (request.Plan, new StringBuilder());
        text.AppendLine(CultureInfo.InvariantCulture, $"# Undo of {Escaped(plan.Workload.ToString())} in {Escaped(plan.Namespace)}: "
            + $"revision {plan.FromRevision} to {plan.ToRevision}");
        List(
            text,
            "",
            $"Outcome: **{request.State.ToName()}**{(request.Outcome?.Rollout is { } rollout ? $", rollout {rollout.ToName()}" : "")}",
            $"Cluster: {Escaped(plan.Cluster)} ({Escaped(plan.Server)})",
            $"Request: `{request.Id}`, match code {plan.MatchCode}, plan digest `{plan.Digest}`",
            $"Asked: {TimeText.ToTheSecond(request.CreatedAt)}, by {Escaped(request.Requester.Client)} (as it calls itself) for "
                + $"{Escaped(request.Requester.Person)}");
        text.AppendLine().AppendLine("The agent's words, not verified:").AppendLine();
        Quote(text, request.Reason);

        if (before is not null)
            AppendBefore(text, request, before);
        else
            List(text, "Findings", request.Findings.Select(Finding));
        List(text, "What the undo changes", request.Changes.Select(Escaped));
        AppendDiff(text, before?.Diff ?? []);
        List(text, "What an approval carried out, in order", request.Steps.Select(Escaped));
        AppendDecisions(text, request);
        List(text, "Pods",
            request.Deletions.Select(deletion => $"{TimeText.ToTheSecond(deletion.At)}: {Escaped(PodDeletions.Text(deletion))}"));
        AppendOutcome(text, request.Outcome);
        Fence(text, "Audit records", "text", records);
        return text.ToString().TrimEnd() + Environment.NewLine;
    }

    private static void AppendBefore(StringBuilder text, UndoRequest request, RequestSnapshot before)
    {
        var pods = before.Health.Replicas is { } replicas
            ? $" ({replicas.Ready} of {replicas.Desired} pods ready, {replicas.Updated} updated)"
            : "";
        List(text, "Before",
        [
            $"Health of revision {request.Plan.FromRevision}: {Escaped(before.Health.Message)}{pods}",
            .. before.Health.Problems.Select(Problem),
        ]);
        text.AppendLine().AppendLine("## History");
        foreach (var note in before.Revisions)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture,
                $"Revision {note.Revision}{(note.Revision == request.Plan.ToRevision ? " (asked for)" : "")}:");
            List(text, "", [
                .. note.CreatedAt is { } made ? [$"made {TimeText.ToTheSecond(made)}"] : Array.Empty<string>(),
                .. note.ChangeCause is { } cause ? [$"change-cause: {Escaped(cause)}"] : Array.Empty<string>(),
                .. note.Known.Select(Escaped),
                .. note.Images.Select(image => $"runs {Escaped(image)}"),
            ]);
        }

        List(text, "Findings", request.Findings.Select(Finding));
    }

    private static void AppendDiff(StringBuilder text, IReadOnlyList<DiffLine> lines) => Fence(
        text,
        "Both pod templates, line by line (values of environment variables are hidden)",
        "diff",
        lines.Select(line => line.Kind switch
        {
            DiffKind.Removed => $"-{line.Text}",
            DiffKind.Added => $"+{line.Text}",
            DiffKind.Gap => $"@@ {line.Text} @@",
            _ => $" {line.Text}",
        }));

    private static void AppendDecisions(StringBuilder text, UndoRequest request)
    {
        if (request.Decisions.Count == 0)
            return;
        text.AppendLine().AppendLine("## Decisions");
        foreach (var decision in request.Decisions)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{TimeText.ToTheSecond(decision.At)}: "
                + $"{(decision.Verdict == Verdict.Approve ? "approved" : "denied")} by "
                + $"{Escaped(decision.Approver)}{(decision.BreakGlass ? " alone (break-glass)" : "")}");
            if (!string.IsNullOrWhiteSpace(decision.Comment))
            {
                text.AppendLine();
                Quote(text, decision.Comment);
            }
        }
    }

    private static void AppendOutcome(StringBuilder text, UndoOutcome? outcome)
    {
        if (outcome is null)
            return;
        List(
            text,
            "Outcome",
            [
                $"{TimeText.ToTheSecond(outcome.At)}: {Escaped(outcome.Message)}",
                .. outcome.Revision is { } revision ? [$"The restored template is revision {revision} now."] : Array.Empty<string>(),
                .. (outcome.Problems ?? []).Select(Problem),
                .. (outcome.Pods is { } pods ? PodReportText.Lines(pods) : []).Select(Escaped),
            ]);
    }

    private static void List(StringBuilder text, string title, params IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0)
            return;
        text.AppendLine();
        if (title.Length > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        foreach (var line in all)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {line}");
    }

    // A fence is longer than any run of backticks in it could be: https://spec.commonmark.org/0.31.2/#fenced-code-blocks.
    private static void Fence(StringBuilder text, string title, string language, IEnumerable<string> lines)
    {
        var all = lines.Select(line => VisibleText.Of(line)).ToList();
        if (all.Count == 0)
            return;
        var fence = new string('`', Math.Max(3, all.Max(line => line.Count(letter => letter == '`')) + 1));
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"{fence}{language}");
        foreach (var line in all)
            text.AppendLine(line);
        text.AppendLine(fence);
    }

    private static void Quote(StringBuilder text, string words)
    {
        foreach (var line in words.ReplaceLineEndings("\n").Split('\n'))
            text.AppendLine(CultureInfo.InvariantCulture, $"> {Escaped(line.Trim())}");
    }

    private static string Finding(Finding finding) => $"{finding.Severity.ToName()}, `{finding.Code}`: {Escaped(finding.Message)}";

    private static string Problem(PodProblem problem) => Escaped(
        $"{problem.Pod}{(problem.Container is { } container ? $", container {container}" : "")}: "
            + $"{problem.Reason}{(problem.Message is { Length: > 0 } message ? $" ({message})" : "")}");

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var letter in VisibleText.Of(text))
        {
            if (Special.Contains(letter, StringComparison.Ordinal))
                escaped.Append('\\');
            escaped.Append(letter);
        }

        return escaped.ToString();
    }
}
