using McpRollout.Mcp.Answers;
using McpRollout.Web.Session;
using McpRollout.Web.Views;
using Microsoft.AspNetCore.Routing;

namespace McpRollout.Web;

/// <summary>Shows requests. Nothing is decided here, whoever looks.</summary>
internal sealed class RequestRoute(
    ApprovalBroker broker, WorkloadHealthReader health, PausedOwners pausing, IOptions<ApprovalOptions> options, TimeProvider time)
{
    // Each is a few requests to the cluster; whoever looks at more than these looks at the request itself.
    private const int MostGlances = 20;

    /// <summary><c>GET /</c></summary>
    public async Task ShowInboxAsync(HttpContext context)
    {
        var clock = PageClock.Now(time);
        var requests = InboxPage.Ordered(await broker.ListRecentAsync(context.RequestAborted), clock.Instant);
        var finding = pausing.AllAsync(context.RequestAborted);
        var entries = await Task.WhenAll(requests.Select(async (request, at) => new InboxEntry(
            request,
            at < MostGlances && InboxPage.IsOpen(request, clock.Instant)
                ? await health.GlanceAsync(request, context.RequestAborted)
                : null)));
        var paused = await finding;
        if (Answers.WantsJson(context.Request))
            await ShowInboxJsonAsync(context, entries, paused.Paused, clock.Instant);
        else
            await Answers.HtmlAsync(context, StatusCodes.Status200OK, InboxPage.Render(
                entries, paused, clock, Reader.NameIn(context), Layout.IsStill(context.Request)));
    }

    private async Task ShowInboxJsonAsync(
        HttpContext context, IReadOnlyList<InboxEntry> entries, IReadOnlyList<PausedOwner> paused, DateTimeOffset now)
    {
        var (open, recent) = (new List<RequestView>(), new List<RequestView>());
        foreach (var (request, seen) in entries)
        {
            var evaluation = await broker.EvaluateAsync(request, context.RequestAborted);
            (InboxPage.IsOpen(request, now) ? open : recent)
                .Add(RequestDocument.Of(request, seen, evaluation, options.Value.UrlOf(request.Id)));
        }

        var pausing = paused.Select(each => PausedOwnerView.Of(each, now));
        await Answers.JsonAsync(
            context, StatusCodes.Status200OK, new InboxDocument(open, recent, [.. pausing]), PageJson.Default.InboxDocument);
    }

    /// <summary><c>GET /approvals/{id}</c></summary>
    public async Task ShowAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (await broker.FindAsync(id, context.RequestAborted) is not { } request)
            await Answers.ProblemAsync(context, Problems.NoSuchRequest(id));
        else if (Answers.WantsJson(context.Request))
            await ShowJsonAsync(context, request);
        else
            await ShowPageAsync(context, StatusCodes.Status200OK, request, null);
    }

    /// <summary>The request with everything that a decision needs to name, and what it takes to decide.</summary>
    public async Task ShowJsonAsync(HttpContext context, UndoRequest request)
    {
        var now = request.State.IsUndecided() ? await health.ReadAsync(request, context.RequestAborted) : null;
        var evaluation = await broker.EvaluateAsync(request, context.RequestAborted);
        var view = RequestDocument.Of(request, now, evaluation, options.Value.UrlOf(request.Id));
        await Answers.JsonAsync(context, StatusCodes.Status200OK, view, PageJson.Default.RequestView);
    }

    /// <summary>The request as a page, with what went wrong with a decision, if one did.</summary>
    public async Task ShowPageAsync(HttpContext context, int status, UndoRequest request, RefusedDecision? refused)
    {
        var now = request.IsFinished ? null : await health.ReadAsync(request, context.RequestAborted);
        var evaluation = await broker.EvaluateAsync(request, context.RequestAborted);
        var before = await broker.SnapshotOfAsync(request, context.RequestAborted);
        var paused = await pausing.AmongAsync([request], context.RequestAborted);
        var page = RequestPage.Render(new RequestFacts(request, before, now, PageClock.Now(time), refused, evaluation)
        {
            Reader = Reader.NameIn(context),
            SignIn = Reader.In(context)?.SignIn,
            IsStill = Layout.IsStill(context.Request),
            IsOwnerPaused = paused.Count > 0,
        });
        await Answers.HtmlAsync(context, status, page);
    }

    public static string IdOf(HttpContext context) => (string)context.GetRouteValue("id")!;
}
