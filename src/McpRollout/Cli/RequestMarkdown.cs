using McpRollout.Web.Views;

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
        var plan = request.Plan;
        var (workload, space) = (Escaped(plan.Workload.ToString()), Escaped(plan.Namespace));
        string[] lines =
        [
            plan.Resume is { } resume
                ? $"# Resuming {Escaped(resume.Owner.ToString())}, owner of {workload} in {space}"
                : $"# Undo of {workload} in {space}: revision {plan.FromRevision} to {plan.ToRevision}",
            .. List("",
            [
                $"Outcome: **{request.State.ToName()}**{(request.Outcome?.Rollout is { } rollout ? $", rollout {rollout.ToName()}" : "")}",
                $"Cluster: {Escaped(plan.Cluster)} ({Escaped(plan.Server)})",
                $"Request: `{request.Id}`, match code {request.MatchCode}, plan digest `{plan.Digest}`",
                .. plan.Pins is null ? Array.Empty<string>() : ["Images: by the digests that ran"],
                $"Asked: {TimeText.ToTheSecond(request.CreatedAt)}, by {Escaped(request.Requester.Client)} "
                    + $"({request.Requester.ClientIsKnown}) for {Escaped(request.Requester.Person)}",
            ]),
            "",
            .. request.WayHome is { } home
                ? [$"Asked for on the page of `{home.Undo}` by {Escaped(RequesterPart.WhoAsked(home))}, {RequesterPart.WhatFor(plan)}."]
                : (string[])["The agent's words, not verified:", .. Quote(request.Reason)],
            .. before is null ? [] : Before(plan, before),
            .. List("Findings", request.Findings.Select(Finding)),
            .. List("What the undo changes", request.Changes.Select(Escaped)),
            .. Fence("Both pod templates, line by line (values of environment variables are hidden)", "diff",
                (before?.Diff ?? []).Select(Line)),
            .. List("What an approval carried out, in order", request.Steps.Select(Escaped)),
            .. request.Decisions.Count == 0 ? Array.Empty<string>() : ["", "## Decisions", .. request.Decisions.SelectMany(Decided)],
            .. List("Decided beforehand", PreApprovals.Origin(request.PreApproval) is { } beforehand ? [Escaped(beforehand)] : []),
            .. List("Owner", request is { PausedAt: { } paused, Plan.Pause: { } pause }
                ? [$"{TimeText.ToTheSecond(paused)}: {Escaped(pause.Owner.ToString())} paused"]
                : []),
            .. List("Revert in Git", RevertText.Standing(request) is { } revert ? [Escaped(revert)] : []),
            .. List("Pods",
                request.Deletions.Select(deletion => $"{TimeText.ToTheSecond(deletion.At)}: {Escaped(PodDeletions.Text(deletion))}")),
            .. request.Outcome is { } outcome ? List("Outcome", Ended(outcome)) : [],
            .. Fence("Audit records", "text", records),
        ];
        return string.Join(Environment.NewLine, lines).TrimEnd() + Environment.NewLine;
    }

    private static string[] Before(UndoPlan plan, RequestSnapshot before)
    {
        var pods = before.Health.Replicas is { } replicas
            ? $" ({replicas.Ready} of {replicas.Desired} pods ready, {replicas.Updated} updated)"
            : "";
        return
        [
            .. List("Before",
            [
                $"Health of revision {plan.FromRevision}: {Escaped(before.Health.Message)}{pods}",
                .. before.Health.Problems.Select(Problem),
            ]),
            "",
            "## History",
            .. before.Revisions.SelectMany(note => Revision(note, isTarget: note.Revision == plan.ToRevision)),
        ];
    }

    private static string[] Revision(RevisionNote note, bool isTarget) =>
    [
        "",
        $"Revision {note.Revision}{(isTarget ? " (asked for)" : "")}:",
        .. List("",
        [
            .. note.CreatedAt is { } made ? [$"made {TimeText.ToTheSecond(made)}"] : Array.Empty<string>(),
            .. note.ChangeCause is { } cause ? [$"change-cause: {Escaped(cause)}"] : Array.Empty<string>(),
            .. note.Known.Select(Escaped),
            .. note.Images.Select(image => $"runs {Escaped(image)}"),
        ]),
    ];

    private static string Line(DiffLine line) => line.Kind switch
    {
        DiffKind.Removed => $"-{line.Text}",
        DiffKind.Added => $"+{line.Text}",
        DiffKind.Gap => $"@@ {line.Text} @@",
        _ => $" {line.Text}",
    };

    private static string[] Decided(Decision decision) =>
    [
        "",
        $"{TimeText.ToTheSecond(decision.At)}: {decision.Verdict.ToPastTense()} by "
            + $"{Escaped(decision.Approver)}{(decision.BreakGlass ? " alone (break-glass)" : "")}{PreApprovals.Choice(decision)}",
        .. string.IsNullOrWhiteSpace(decision.Comment) ? [] : Quote(decision.Comment),
    ];

    private static string[] Ended(UndoOutcome outcome) =>
    [
        $"{TimeText.ToTheSecond(outcome.At)}: {Escaped(outcome.Message)}",
        .. outcome.Verification is { } watch ? [Escaped(watch.Message)] : Array.Empty<string>(),
        .. (outcome.Verification?.Probes ?? []).Select(probe => Escaped($"{probe.Verdict.ToName()}: {probe.Message}")),
        .. outcome.Revision is { } revision ? [$"The restored template is revision {revision} now."] : Array.Empty<string>(),
        .. (outcome.Problems ?? []).Select(Problem),
        .. (outcome.Pods is { } pods ? PodReportText.Lines(pods) : []).Select(Escaped),
    ];

    private static string[] List(string title, IEnumerable<string> lines)
    {
        string[] items = [.. lines.Select(line => $"- {line}")];
        string[] heading = title.Length == 0 ? [""] : ["", $"## {title}", ""];
        return items.Length == 0 ? [] : [.. heading, .. items];
    }

    // A fence is longer than any run of backticks in it could be: https://spec.commonmark.org/0.31.2/#fenced-code-blocks.
    private static string[] Fence(string title, string language, IEnumerable<string> lines)
    {
        string[] all = [.. lines.Select(line => VisibleText.Of(line))];
        if (all.Length == 0)
            return [];
        var fence = new string('`', Math.Max(3, all.Max(line => line.Count(letter => letter == '`')) + 1));
        return ["", $"## {title}", "", $"{fence}{language}", .. all, fence];
    }

    private static string[] Quote(string words) =>
        ["", .. words.ReplaceLineEndings("\n").Split('\n').Select(line => $"> {Escaped(line.Trim())}")];

    private static string Finding(Finding finding) => $"{finding.Severity.ToName()}, `{finding.Code}`: {Escaped(finding.Message)}";

    private static string Problem(PodProblem problem) => Escaped(
        $"{problem.Pod}{(problem.Container is { } container ? $", container {container}" : "")}: "
            + $"{problem.Reason}{(problem.Message is { Length: > 0 } message ? $" ({message})" : "")}");

    private static string Escaped(string text) => string.Concat(VisibleText.Of(text)
        .Select(letter => Special.Contains(letter, StringComparison.Ordinal) ? $"\\{letter}" : $"{letter}"));
}
