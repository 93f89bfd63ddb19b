using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace McpRollout.Web;

/// <summary>
/// Tells whoever shares requests out among servers whether this one is to be given any: <c>GET /readyz</c>. A server that stops says so
/// first, and answers for a while still what it is sent until that was heard; nobody waits where nobody asks.
/// </summary>
internal sealed class Readiness(RequestStore store, TimeProvider time) : IPageRoute, IHostedLifecycleService
{
    /// <summary>What a Service or a proxy takes to leave a server out, with some to spare.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(3);

    // Whoever asks for readiness does so every few seconds.
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(30);

    private long? _askedAt;
    private volatile bool _isStopping;

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/readyz", [HttpMethods.Get, HttpMethods.Head], TellAsync);

    public ValueTask<bool> IsAgentsAsync(HttpContext context) => ValueTask.FromResult(false);

    /// <summary>Before any part of the server is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;

        // Who waits for people is answered now, and asks again elsewhere.
        store.WakeWaiters();
        if (_askedAt is { } asked && time.GetElapsedTime(asked) < Recently)
            await Task.Delay(Notice, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task TellAsync(HttpContext context)
    {
        _askedAt = time.GetTimestamp();
        if (_isStopping)
        {
            await Answers.ProblemAsync(
                context, Problems.Of(StatusCodes.Status503ServiceUnavailable, "stopping", "This server is stopping."));
            return;
        }

        // Throws what is answered with 503 and without a word of its own.
        _ = await store.IdentifyAsync(context.RequestAborted);
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync("ok", context.RequestAborted);
    }
}
