using McpRollout.Web.Views;

namespace McpRollout.Cli;

/// <summary>
/// A request as a terminal shows it. What agents and the cluster wrote is made visible, so that it cannot steer the terminal.
/// </summary>
internal static class RequestLines
{
    /// <summary>That people are not told.</summary>
    public static string Line(FailingChannel failing) =>
        $"notifications  {VisibleText.Of(failing.Name)} takes no messages since {TimeText.ToTheSecond(failing.Since)}: "
            + $"{VisibleText.Of(failing.Failure)}";

    /// <summary>All that the page shows, in its order.</summary>
    /// <param name="facts">What there is to show.</param>
    /// <param name="home">Where the page answers; null where it does not.</param>
    public static string Whole(RequestFacts facts, string? home)
    {
        var (request, plan) = (facts.Request, facts.Plan);
        string[] lines =
        [
            $"{(plan.Resume is null ? "Undo" : "Owner of")} {plan.Workload} in namespace {plan.Namespace}: {plan.Way}"
                + (plan.Pins is null ? "" : ", images by the digests that ran") + HowFar(facts),
            .. Top(facts, home).Select(line => $"  {line}"),
            .. Section(EarlierDenials.Headline(request.EarlierDenials) ?? "", request.EarlierDenials.Select(EarlierDenials.Line)),
            .. Section("Decisions",
            [
                .. PreApprovals.Origin(request.PreApproval) is { } beforehand ? [beforehand] : Array.Empty<string>(),
                .. request.Decisions.Select(decision => Decision(decision, request.Counts(decision))),
            ]),
            .. Section("Owner", request is { PausedAt: { } paused, Plan.Pause: { } pause }
                ? [$"{pause.Owner} paused at {TimeText.ToTheSecond(paused)}; to resume it: {pause.ResumeCommand()}"]
                : []),
            .. Section("Revert in Git", RevertText.Standing(request) is { } revert ? [revert] : []),
            .. Section("Pods", request.Deletions.Select(deletion =>
                $"{PodDeletions.Text(deletion)} at {TimeText.ToTheSecond(deletion.At)}")),
            .. Section("Outcome", Ended(request.Outcome)),
            .. facts.IsDecidable ? [] : Section("Health now", HealthNow(facts.Health)),
            .. Section("To know first", facts.Findings.OrderBy(finding => finding.Severity).Select(finding => Finding(finding, facts))),
            .. Section("What will change", request.Changes),
            .. Diff(facts.Before?.Diff ?? []),
            .. Section("What an approval carries out", request.Steps),
            .. facts.IsDecidable ? Section("Health now", HealthNow(facts.Health)) : Section("Health when it was asked for", Then(facts)),
            .. Revisions(facts),
            .. Section("What an undo does not bring back", plan.Resume is null
                ? ["ConfigMaps, Secrets, data, what migrations did, and the number of replicas stay as they are."]
                : []),
            .. Section("What it takes", facts.Case is { } evaluation
                ? PolicyText.Facts(evaluation).Select(fact => $"{fact.What}: {fact.Text}")
                    .Concat(evaluation.Freezes.Select(freeze => freeze.Text))
                : []),
        ];
        return string.Join(Environment.NewLine, lines).TrimEnd();
    }

    /// <summary>What holds a pod up, in the cluster's words.</summary>
    public static string Problem(PodProblem problem) => VisibleText.Of(
        $"{problem.Pod}{(problem.Container is { } container ? $", container {container}" : "")}: {problem.Reason}"
            + (problem.Message is { Length: > 0 } message ? $", {message}" : "")
            + (problem.Restarts > 0 ? string.Create(CultureInfo.InvariantCulture, $", restarted {problem.Restarts} times") : ""));

    private static string HowFar(RequestFacts facts) => facts.Before is { StepsBack: var steps and > 0 }
        ? string.Create(CultureInfo.InvariantCulture, $", {steps} revision{(steps == 1 ? "" : "s")} back")
        : "";

    private static IEnumerable<string> Top(RequestFacts facts, string? home)
    {
        var (request, clock) = (facts.Request, facts.Clock);
        yield return StatusBanner.Of(request, clock).Long
            + (facts.IsDecidable ? $" Expires in {clock.Until(request.ExpiresAt)}; unless somebody approves, nothing changes." : "");
        if (facts.Health?.Moved is { } moved)
            yield return $"The workload is no longer what is shown here: {VisibleText.Of(moved)} An approval would end as stale.";
        if (facts.Health?.OtherCluster is { } other)
            yield return $"This terminal is connected to another cluster, {VisibleText.Of(other)}. A decision counts all the same; a "
                + $"server that is connected to {VisibleText.Of(facts.Plan.Cluster)} carries it out.";
        yield return $"cluster     {VisibleText.Of(facts.Plan.Cluster)}{(facts.Request.IsProduction ? ", production" : "")} "
            + $"({VisibleText.Of(facts.Plan.Server)})";
        yield return $"state       {request.State.ToName()}"
            + (request.Outcome?.Rollout is { } rollout ? $", rollout {rollout.ToName()}" : "");
        yield return $"match code  {request.MatchCode}";
        yield return $"asked       {clock.Since(request.CreatedAt)}, {TimeText.ToTheSecond(request.CreatedAt)}, by "
            + $"{VisibleText.Of(request.Requester.Client)} ({request.Requester.ClientIsKnown}) for "
            + VisibleText.Of(request.Requester.Person);
        yield return $"expires     {TimeText.ToTheSecond(request.ExpiresAt)}";
        yield return $"page        {(home is null ? "none of this store answers here" : $"{home}{facts.Path}")}";
        yield return $"request     {request.Id}";
        yield return $"plan        {facts.Plan.Digest}";
        yield return request.WayHome is { } back
            ? $"asked for on the page of {back.Undo} by {RequesterPart.WhoAsked(back)}, {RequesterPart.WhatFor(facts.Plan)}"
            : $"the agent's words, not verified: {VisibleText.Quoted(VisibleText.Of(request.Reason))}";
    }

    private static IEnumerable<string> HealthNow(WorkloadHealth? health) => health switch
    {
        null or { OtherCluster: not null } => [],
        { Release: { } release } => [release.Message, Counts(release.Replicas!), .. release.Problems.Select(Problem)],
        { Snapshot: { } snapshot } =>
        [
            $"{(snapshot.CurrentRevision is { } current ? $"revision {current}: " : "")}"
                + snapshot.Words,
            Counts(snapshot.Status.Replicas),
            .. snapshot.Problems.Select(Problem),
        ],
        _ => [$"It could not be read: {health.Unreadable}"],
    };

    private static IEnumerable<string> Then(RequestFacts facts) => facts.Before?.Health is { Replicas: { } replicas } health
        ? [$"revision {facts.Plan.FromRevision}: {health.Message}", Counts(replicas), .. health.Problems.Select(Problem)]
        : [];

    private static string Counts(ReplicaCounts pods) => string.Create(CultureInfo.InvariantCulture,
        $"pods: {pods.Desired} wanted, {pods.Updated} updated, {pods.Ready} ready, {pods.Available} available");

    private static string Finding(Finding finding, RequestFacts facts) => $"[{finding.Severity.ToName()}] "
        + (facts.News.Contains(finding) ? "New since it was asked for. " : facts.Gone.Contains(finding) ? "Not found any more. " : "")
        + $"{finding.Message} ({finding.Code})";

    private static string[] Diff(IReadOnlyList<DiffLine> diff) => diff.Count == 0
        ? []
        : ["  Both pod templates, line by line (values of environment variables are hidden):", .. diff.Select(Line)];

    private static string Line(DiffLine line) => line.Kind switch
    {
        DiffKind.Removed => $"    -{VisibleText.Of(line.Text)}",
        DiffKind.Added => $"    +{VisibleText.Of(line.Text)}",
        DiffKind.Gap => $"    @@ {VisibleText.Of(line.Text)} @@",
        _ => $"     {VisibleText.Of(line.Text)}",
    };

    private static IEnumerable<string> Revisions(RequestFacts facts)
    {
        var revisions = facts.Before?.Revisions ?? [];
        return revisions.OrderByDescending(note => note.Revision == facts.Plan.ToRevision).SelectMany(note => Section(
            note.Revision == facts.Plan.ToRevision ? $"What is known of revision {note.Revision}, the one asked for"
                : note.Revision == facts.Plan.FromRevision ? $"Of revision {note.Revision}, current then"
                : $"Of revision {note.Revision}",
            Known(note, facts.Clock)));
    }

    private static IEnumerable<string> Known(RevisionNote note, PageClock clock) =>
    [
        .. note.CreatedAt is { } made ? [$"made {clock.Since(made)}, {TimeText.ToTheSecond(made)}"] : Array.Empty<string>(),
        .. note.Known,
        .. note.ChangeCause is { } cause
            ? [$"change-cause, in the words of whoever set it: {VisibleText.Quoted(VisibleText.Of(cause))}"] : Array.Empty<string>(),
        .. note.Images.Select(image => $"runs {image}"),
    ];

    private static IEnumerable<string> Ended(UndoOutcome? outcome) => outcome is null ? [] :
    [
        $"{(outcome.Rollout is { } end ? $"{end.ToName()}: " : "")}{outcome.Message} ({TimeText.ToTheSecond(outcome.At)})",
        .. outcome.Verification is { } watch ? [$"{watch.State.ToName()}: {watch.Message}"] : Array.Empty<string>(),
        .. (outcome.Verification?.Probes ?? []).Select(probe => $"{probe.Verdict.ToName()}: {probe.Message}"),
        .. outcome.Revision is { } revision ? [$"the restored template is now revision {revision}"] : Array.Empty<string>(),
        .. (outcome.Problems ?? []).Select(Problem),
        .. outcome.Pods is { } pods ? PodReportText.Lines(pods) : [],
    ];

    private static string[] Section(string title, IEnumerable<string> lines)
    {
        string[] items = [.. lines.Select(line => $"    - {VisibleText.Of(line)}")];
        return items.Length == 0 ? [] : [$"  {title}:", .. items];
    }

    private static string Decision(Decision decision, bool counts) =>
        $"{decision.Approver} "
            + $"{decision.Verdict.ToPastTense()}{(decision.BreakGlass ? " alone (break-glass)" : "")} at "
            + $"{TimeText.ToTheSecond(decision.At)}{PreApprovals.Choice(decision)}{(counts ? "" : ", before it was held")}"
            + $"{(decision.Comment is { Length: > 0 } comment ? $": {VisibleText.Quoted(VisibleText.Of(comment))}" : "")}";
}
