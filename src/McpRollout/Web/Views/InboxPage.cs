namespace McpRollout.Web.Views;

/// <summary>Open and recent requests.</summary>
internal static class InboxPage
{
    public static Markup Render(IReadOnlyList<UndoRequest> requests, PageClock clock, string? reader = null)
    {
        var open = requests.Where(request => IsOpen(request, clock)).ToList();
        var closed = requests.Where(request => !IsOpen(request, clock)).ToList();
        return Layout.Document(
            open.Count > 0 ? $"{open.Count} open: rollout approvals" : "Rollout approvals",
            open.Count > 0 ? BannerSeverity.Attention : BannerSeverity.Quiet,
            $"""
            <h1 class="plain">Rollout approvals</h1>
            <div id="inbox" data-live>
            {(requests.Count == 0 ? Nothing : Lists(open, closed, clock))}
            </div>
            """,
            follow: "/",
            seen: PageNews.OfInbox(requests, clock.Instant).Mark,
            isHome: true,
            reader: reader);
    }

    private static Markup Nothing =>
        $"""
        <div class="nothing">
        <p><b>Nobody has asked for anything yet.</b></p>
        <p>When an agent asks to undo a rollout, the request waits here until a person has decided. The agent shows you the address and a match code; this page and the agent must show the same one.</p>
        <p>Nothing is ever sent to a cluster without a decision.</p>
        </div>
        """;

    private static Markup Lists(List<UndoRequest> open, List<UndoRequest> closed, PageClock clock) =>
        $"""
        <section aria-labelledby="open"><h2 id="open">Open</h2>
        {(open.Count == 0 ? NoneOpen : List(open, clock))}
        </section>
        {Markup.If(closed.Count > 0, $"<section aria-labelledby=\"recent\"><h2 id=\"recent\">Recent</h2>{List(closed, clock)}</section>")}
        """;

    private static Markup NoneOpen => $"<p>Nothing waits for a decision.</p>";

    private static Markup List(List<UndoRequest> requests, PageClock clock) =>
        $"""<ul class="inbox">{requests.Select(request => Row(request, StatusBanner.Of(request, clock), clock))}</ul>""";

    private static Markup Row(UndoRequest request, StatusBanner standing, PageClock clock) =>
        $"""
        <li class="{standing.Severity.ToClass()}"><a href="{RequestFacts.PathOf(request)}">
        <span class="state">{standing.Symbol}{standing.Short}</span>
        <span class="subject"><span><b>{request.Plan.Namespace}/<wbr>{request.Plan.Name}</b> <span class="from-to">{request.Plan.FromRevision} → {request.Plan.ToRevision}</span></span> <span class="detail">{request.Plan.Workload.TypeName} on {request.Plan.Cluster}</span></span>
        <span class="matching"><span class="detail">match code</span> <span class="code">{request.Plan.MatchCode}</span></span>
        <span class="when">{When(request, clock)}</span>
        </a></li>
        """;

    private static Markup When(UndoRequest request, PageClock clock) => request.State.IsUndecided() && clock.Instant < request.ExpiresAt
        ? (Markup)$"""<b>{clock.Until(request.ExpiresAt)} left</b> <span class="detail">asked {clock.Since(request.CreatedAt)}</span>"""
        : $"""<span class="detail">{Ended(request, clock)}</span>""";

    private static string Ended(UndoRequest request, PageClock clock) =>
        clock.Since(request.Outcome?.At ?? (request.Decisions is [.., var last] ? last.At : request.CreatedAt));

    private static bool IsOpen(UndoRequest request, PageClock clock) =>
        !request.IsFinished && !(request.State.IsUndecided() && clock.Instant >= request.ExpiresAt);
}
