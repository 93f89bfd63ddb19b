using McpRollout.Web.Limits;
using McpRollout.Web.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRollout.Web;

/// <summary>
/// Tells open pages that there is news, as server-sent events: <c>GET /news</c> for the inbox, <c>GET /approvals/{id}/news</c> for a
/// request. An event says nothing but that the page is to be loaded again.
/// </summary>
internal sealed class NewsRoute(ApprovalBroker broker, RequestStore store, ReadGuard readers, TimeProvider time)
{
    /// <summary>When a stream ends. The browser asks again at once, with the session that it has then.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/news", [HttpMethods.Get], readers.Guarding(TellOfInboxAsync));
        routes.MapMethods("/approvals/{id}/news", [HttpMethods.Get], readers.Guarding(TellOfRequestAsync));
    }

    private Task TellOfInboxAsync(HttpContext context) => TellAsync(context, async cancellationToken =>
        PageNews.OfInbox(await broker.ListRecentAsync(cancellationToken), time.GetUtcNow()));

    private Task TellOfRequestAsync(HttpContext context)
    {
        var id = RequestRoute.IdOf(context);
        return TellAsync(context, async cancellationToken =>
            await broker.FindAsync(id, cancellationToken) is { } request ? PageNews.Of(request, time.GetUtcNow()) : null);
    }

    private async Task TellAsync(HttpContext context, Func<CancellationToken, Task<PageNews?>> read)
    {
        if (await read(context.RequestAborted) is null)
            await Answers.ProblemAsync(context, Problems.NoSuchRequest(RequestRoute.IdOf(context)));
        else if (!context.Features.Get<ServedConnection>()!.TryAnswer(ConnectionUse.News))
            await Answers.ProblemAsync(context, Problems.Busy("More pages wait for news than there is room for. Load the page again."));
        else
            await StreamAsync(context, read);
    }

    private async Task StreamAsync(HttpContext context, Func<CancellationToken, Task<PageNews?>> read)
    {
        var serving = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var longest = new CancellationTokenSource(Longest, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, serving, longest.Token);
        context.Response.ContentType = "text/event-stream";
        try
        {
            await SendAsync(context.Response, "retry: 2000\n\n", end.Token);
            await FollowAsync(context, read, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        catch (StoreUnavailableException)
        {
            // The browser asks again, and then it is told and logged.
        }
    }

    private async Task FollowAsync(HttpContext context, Func<CancellationToken, Task<PageNews?>> read, CancellationToken cancellationToken)
    {
        var seen = context.Request.Headers["Last-Event-ID"] is [{ } last] ? last : (string?)context.Request.Query["seen"];
        var told = time.GetTimestamp();
        while (true)
        {
            var version = store.Version;
            if (await read(cancellationToken) is not { } news)
                return;
            var pause = news.Pace - time.GetElapsedTime(told);
            if (news.Mark != seen || pause <= TimeSpan.Zero)
            {
                await SendAsync(context.Response, $"id: {news.Mark}\ndata: {news.Mark}\n\n", cancellationToken);
                (seen, told, pause) = (news.Mark, time.GetTimestamp(), news.Pace);
            }

            await store.WaitForChangeAsync(version, pause, Poll, cancellationToken);
        }
    }

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
