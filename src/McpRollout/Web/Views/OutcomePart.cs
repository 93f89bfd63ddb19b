namespace McpRollout.Web.Views;

/// <summary>What has happened so far: who decided, and what came of it.</summary>
internal static class OutcomePart
{
    /// <summary>The part; nothing before the first decision.</summary>
    public static Markup Render(RequestFacts facts)
    {
        var request = facts.Request;
        if (request is { Decisions.Count: 0, Outcome: null, PreApproval: null })
            return Markup.Empty;
        return
            $"""
            <section aria-labelledby="course"><h2 id="course">What happened</h2>
            <ol class="course">
            {Entry(Icon.Info, BannerSeverity.Quiet, Asked(request), facts.Clock.At(request.CreatedAt))}
            {request.Decisions.Select(decision => Decided(decision, request.Counts(decision), facts.Clock))}
            {Beforehand(request, facts.Clock)}
            {Began(facts)}
            {Paused(facts)}
            {Reverted(facts)}
            {request.Deletions.Select(deletion => Deleted(deletion, facts.Clock))}
            {Ended(facts)}
            </ol>
            </section>
            """;
    }

    private static string Asked(UndoRequest request) => request.WayHome is { } home
        ? $"Asked for on the page of {home.Undo} by {RequesterPart.WhoAsked(home)}" : "Asked for by the agent";

    private static Markup Decided(Decision decision, bool counts, PageClock clock) => decision.Verdict == Verdict.Approve
        ? Entry(
            decision.BreakGlass ? Icon.Warning : Icon.Check,
            decision.BreakGlass ? BannerSeverity.Attention : BannerSeverity.Good,
            $"Approved by {decision.Approver}{(decision.BreakGlass ? " alone (break-glass)" : "")}{(counts ? "" : ", before it was held")}",
            clock.At(decision.At),
            $"{Comment(decision)}{Chosen(decision, clock)}")
        : Entry(Icon.Cross, BannerSeverity.Bad, $"Denied by {decision.Approver}", clock.At(decision.At), Comment(decision));

    private static Markup Comment(Decision decision) =>
        decision.Comment is { } words ? Quote.Of($"{decision.Approver}’s words", words) : Markup.Empty;

    private static Markup Chosen(Decision decision, PageClock clock) => decision.WayHomeUntil is { } until
        ? (Markup)$"<p>{decision.Approver} pre-approved the way home until {clock.At(until)}.</p>"
        : Markup.Empty;

    private static Markup Beforehand(UndoRequest request, PageClock clock) => request.PreApproval is not { } given ? Markup.Empty
        : Entry(
            Icon.Check,
            given.Approvals.Count > 0 ? BannerSeverity.Good : BannerSeverity.Quiet,
            given.Approvals.Count > 0 ? "Approved beforehand" : "Approved beforehand, before it was held",
            clock.At(request.CreatedAt),
            $"""<p>With <a href="{RequestFacts.PathOf(given.Undo)}">{given.Undo}</a>{Markup.If(given.Approvals.Count > 0, $", by {NameList.Of(given.Approvals.Select(each => each.Approver))}")}.</p>""");

    private static Markup Began(RequestFacts facts) => facts.Request.ExecutingSince is { } since
        ? Entry(Icon.Progress, BannerSeverity.Quiet, "Execution began", facts.Clock.At(since))
        : Markup.Empty;

    private static Markup Paused(RequestFacts facts) => facts.Request is { PausedAt: { } at, Plan.Pause: { } pause }
        ? Entry(Icon.Warning, BannerSeverity.Attention, $"{pause.Owner} paused", facts.Clock.At(at),
            $"<p>It stays so until somebody resumes it, once its source is changed: <code>{pause.ResumeCommand()}</code></p>"
                + $"{Markup.If(facts.IsOwnerPaused, PausedPart.Button(facts.Request))}")
        : Markup.Empty;

    // The address is the host's own, or there is none (RevertTransitions).
    private static Markup Reverted(RequestFacts facts)
    {
        if (facts.Request is not { State: RequestState.Applied, Plan.Revert: { } revert } request)
            return Markup.Empty;
        var told = (Markup)$"<p>{RevertText.Standing(request)}</p>";
        return request.Revert switch
        {
            { IsOpened: true, EndedAt: { } at, Name: var name, Url: { } url } => Entry(
                Icon.Check, BannerSeverity.Good, $"A {revert.What} was opened in Git", facts.Clock.At(at),
                $"""{told}<p><a href="{url}" rel="noreferrer">{revert.Place} {name}</a></p>"""),
            { IsOpened: true, EndedAt: { } at } => Entry(
                Icon.Check, BannerSeverity.Good, $"A {revert.What} was opened in Git", facts.Clock.At(at), told),
            { EndedAt: { } at } => Entry(
                Icon.Warning, BannerSeverity.Attention, $"No {revert.What} is known to be open in Git", facts.Clock.At(at), told),
            { Since: var since } => Entry(
                Icon.Progress, BannerSeverity.Quiet, $"A {revert.What} is being opened in Git", facts.Clock.At(since), told),
            _ => Markup.Empty,
        };
    }

    private static Markup Deleted(PodDeletion deletion, PageClock clock) => Entry(
        deletion.State == PodDeletionState.Refused ? Icon.Warning : Icon.Info,
        deletion.State == PodDeletionState.Refused ? BannerSeverity.Attention : BannerSeverity.Quiet,
        PodDeletions.Text(deletion),
        clock.At(deletion.At),
        deletion.Message is { } message ? (Markup)$"<p>{message}</p>" : null);

    private static Markup Ended(RequestFacts facts)
    {
        if (facts.Request.Outcome is not { } outcome)
            return Markup.Empty;
        var standing = StatusBanner.Of(facts.Request, facts.Clock);
        return Entry(standing.Symbol, standing.Severity, standing.Short, facts.Clock.At(outcome.At),
            $"<p>{outcome.Message}</p>{Watch(outcome)}{Revision(facts.Request)}{ProblemList.Render(outcome.Problems ?? [])}"
                + $"{Pods(outcome.Pods)}{Next(facts.Request)}{Home(facts)}");
    }

    private static Markup Home(RequestFacts facts) => !WayHome.IsWanted(facts.Request) ? Markup.Empty
        : PreApprovals.Of(facts.Request) is { } given && facts.Clock.Instant < given.Until
        ? (Markup)$"""
        <form method="post" action="{facts.Path}/way-home"><button class="neutral">Go back to revision {facts.Plan.FromRevision} now</button></form>
        <p class="aside">It was approved beforehand until {facts.Clock.At(given.Until)}, and is carried out at once, if nothing stands against it by now; else it opens a request.</p>
        """
        : $"""
        <form method="post" action="{facts.Path}/way-home"><button class="neutral">Prepare the way back to revision {facts.Plan.FromRevision}</button></form>
        <p class="aside">It opens a request for what ran before this undo, which you can then approve or deny. Nothing is changed by it.</p>
        """;

    private static Markup Next(UndoRequest request) =>
        NextStep(request) is { } step ? (Markup)$"<p class=\"next\"><b>What to do now:</b> {step}</p>" : Markup.Empty;

    // Nothing goes on by itself.
    private static string? NextStep(UndoRequest request) => request switch
    {
        { Outcome: { Rollout: UndoRollout.Degraded, Pods.Advice: { } advice } } => advice,
        { Outcome: { Rollout: UndoRollout.Degraded } or { GotWorse: true } } =>
            "Have your assistant read the history again and ask for a revision that served; or mend what the pods say above.",
        { State: RequestState.Stale } => "Have your assistant read the history again, and ask anew if it is still wanted.",
        _ => null,
    };

    private static Markup Pods(PodReport? pods) =>
        pods is null ? Markup.Empty : $"""<ul class="pods">{PodReportText.Lines(pods).Select(line => (Markup)$"<li>{line}</li>")}</ul>""";

    private static Markup Watch(UndoOutcome outcome) =>
        outcome.Verification is { } watch ? (Markup)$"<p>{watch.Message}</p>{Probes(watch.Probes ?? [])}" : Markup.Empty;

    private static Markup Probes(IReadOnlyList<ProbeResult> probes) => Markup.If(
        probes.Count > 0,
        $"""<ul class="pods">{probes.Select(probe => (Markup)$"<li><b>{probe.Verdict.ToName()}</b>: {probe.Message}</li>")}</ul>""");

    private static Markup Revision(UndoRequest request) => request.Outcome!.Revision is { } revision
        ? request.Plan.IsRelease
            ? (Markup)$"<p>The release is now at revision <b>{revision}</b>: Helm gives a rollback a new number.</p>"
            : $"<p>The restored template is now revision <b>{revision}</b>: Kubernetes gives an undo a new number.</p>"
        : Markup.Empty;

    private static Markup Entry(Markup icon, BannerSeverity tone, string what, Markup when, Markup? more = null) =>
        $"""<li class="{tone.ToClass()}">{icon}<div><p><b>{what}</b> <span class="when">{when}</span></p>{more ?? Markup.Empty}</div></li>""";
}
