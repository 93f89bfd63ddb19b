namespace McpRollout.Web.Views;

/// <summary>A request in the inbox.</summary>
/// <param name="Request">The request.</param>
/// <param name="Health">Its workload now; null where it was not asked for.</param>
internal sealed record InboxEntry(UndoRequest Request, WorkloadHealth? Health);

/// <summary>What waits for a decision, the soonest to expire first, and recent requests with what became of them.</summary>
internal static class InboxPage
{
    private const int Refresh = 10;

    public static Markup Render(
        IReadOnlyList<InboxEntry> entries,
        PausedOwnersSeen paused,
        PageClock clock,
        string? reader = null,
        bool isStill = false)
    {
        var open = entries.Where(entry => IsOpen(entry.Request, clock.Instant)).ToList();
        return Layout.Document(
            open.Count > 0 ? $"{open.Count} open: rollout approvals" : "Rollout approvals",
            open.Count > 0 ? BannerSeverity.Attention : BannerSeverity.Quiet,
            $"""
            <h1 class="plain">Rollout approvals</h1>
            <div id="inbox" data-live>
            {(entries.Count == 0 ? Nothing : Lists(open, paused, [.. entries.Except(open)], clock))}
            </div>
            {Layout.Refreshing("/", !isStill)}
            """,
            follow: "/",
            seen: PageNews.OfInbox([.. entries.Select(entry => entry.Request)], clock.Instant).Mark,
            refresh: isStill ? null : Refresh,
            isHome: true,
            reader: reader);
    }

    /// <summary>Whether a request waits, or is under way.</summary>
    public static bool IsOpen(UndoRequest request, DateTimeOffset now) =>
        !request.IsAtRest && !(request.State.IsUndecided() && now >= request.ExpiresAt);

    /// <summary>In the order of the inbox: what is open by when it expires, and then the rest, the latest first.</summary>
    public static IReadOnlyList<UndoRequest> Ordered(IReadOnlyList<UndoRequest> requests, DateTimeOffset now)
    {
        var open = requests.ToLookup(request => IsOpen(request, now));
        return [.. open[true].OrderBy(request => request.ExpiresAt), .. open[false].OrderByDescending(request => request.CreatedAt)];
    }

    private static Markup Nothing =>
        $"""
        <div class="nothing">
        <p><b>Nobody has asked for anything yet.</b></p>
        <p>When an agent asks to undo a rollout, the request waits here until a person has decided. The agent shows you the address and a match code; this page and the agent must show the same one.</p>
        <p>Nothing is ever sent to a cluster without a decision.</p>
        </div>
        """;

    private static Markup Lists(
        List<InboxEntry> open, PausedOwnersSeen paused, List<InboxEntry> closed, PageClock clock) =>
        $"""
        <section aria-labelledby="open"><h2 id="open">Open</h2>
        {(open.Count == 0 ? NoneOpen : List(open, clock))}
        </section>
        {PausedPart.Render(paused, clock)}
        {Markup.If(closed.Count > 0, $"<section aria-labelledby=\"recent\"><h2 id=\"recent\">Recent</h2>{List(closed, clock)}</section>")}
        """;

    private static Markup NoneOpen => $"<p>Nothing waits for a decision.</p>";

    private static Markup List(List<InboxEntry> entries, PageClock clock) =>
        $"""<ul class="inbox">{entries.Select(entry => Row(entry, StatusBanner.Of(entry.Request, clock), clock))}</ul>""";

    private static Markup Row(InboxEntry entry, StatusBanner standing, PageClock clock)
    {
        var (request, plan) = (entry.Request, entry.Request.Plan);
        return
            $"""
            <li class="{standing.Severity.ToClass()}"><a href="{RequestFacts.PathOf(request)}">
            <span class="state">{standing.Symbol}{standing.Short}</span>
            <span class="subject"><span><b>{plan.Namespace}/<wbr>{plan.Name}</b> <span class="from-to">{(plan.Resume is null ? $"{plan.FromRevision} → {plan.ToRevision}" : "resume owner")}</span></span> <span class="detail">{plan.Workload.TypeName} on <span class="on">{plan.Cluster}</span>{Markup.If(request.IsProduction, $""" <span class="mark">production</span>""")}</span>{About(entry, standing, clock)}</span>
            <span class="matching"><span class="detail">match code</span> <span class="code">{request.MatchCode}</span></span>
            <span class="when">{When(request, clock)}</span>
            </a></li>
            """;
    }

    private static Markup About(InboxEntry entry, StatusBanner standing, PageClock clock) => IsOpen(entry.Request, clock.Instant)
        ? (Markup)$"""{DenialsPart.Badge(entry.Request)}{Health(entry.Health)}<span class="detail clamp">{Asked(entry.Request)}</span>"""
        : $"""<span class="detail clamp">{Ending(entry.Request, standing)}</span>""";

    private static Markup Asked(UndoRequest request) => request.WayHome is { } home
        ? (Markup)$"{Purpose(request, home)}, asked for on its page by {RequesterPart.WhoAsked(home)}"
        : $"{request.Requester.Person} asks, with {request.Requester.Client}: <q>{request.Reason}</q>";

    private static string Purpose(UndoRequest request, WayHomeOf home) =>
        request.Plan.Resume is null ? $"takes {home.Undo} back" : $"ends the pause of {home.Undo}";

    private static Markup Health(WorkloadHealth? health) => health switch
    {
        { Failing: { } failing } => $"""<span class="detail clamp">{failing.Pods}{Markup.If(failing.What is not null, $" ({failing.What})")}</span>""",
        { Unreadable: { } why } => $"""<span class="detail clamp">health not known: {why}</span>""",
        _ => Markup.Empty,
    };

    private static Markup Ending(UndoRequest request, StatusBanner standing) => request.Decisions is [.., { Verdict: Verdict.Deny } denial]
        ? (Markup)$"Denied by {denial.Approver}{Markup.If(denial.Comment is not null, $": <q>{denial.Comment}</q>")}"
        : $"{request.Outcome?.Message ?? standing.Long}";

    private static Markup When(UndoRequest request, PageClock clock) => request.State.IsUndecided() && clock.Instant < request.ExpiresAt
        ? (Markup)$"""<b>{clock.Until(request.ExpiresAt)} left</b> <span class="detail">asked {clock.Since(request.CreatedAt)}</span>"""
        : $"""<span class="detail">{Ended(request, clock)}</span>""";

    private static string Ended(UndoRequest request, PageClock clock) =>
        clock.Since(request.Outcome?.At ?? (request.Decisions is [.., var last] ? last.At : request.CreatedAt));
}
