using McpRollout.Inner;
using McpRollout.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpRollout.Web;

/// <summary>The page's own small web server. It takes nothing from the environment or the working folder: not its address, not its
/// settings.</summary>
internal sealed class PageServer(
    RequestRoute requests,
    DecisionRoute decisions,
    PreparedRoute prepared,
    SessionRoute sessions,
    EnrolRoute enrolments,
    NewsRoute news,
    ReadGuard readers,
    IEnumerable<IPageRoute> others,
    RequestStore store,
    ILoggerFactory logs)
{
    // Connections that wait are closed long before; this is for those that come in one burst, faster than others are let go.
    private const int MostConnections = 1000;

    // A decision has at most 16 KiB, which any line brings in a few seconds. Unit: bytes a second.
    private const int SlowestBody = 1024;

    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);

    /// <summary>Serves until told to stop.</summary>
    /// <exception cref="IOException">The address is taken.</exception>
    public async Task ServeAsync(PageAddress address, Action whenServing, CancellationToken stoppingToken)
    {
        await using var app = Build(address);
        await app.StartAsync(stoppingToken);
        whenServing();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var goodbye = new CancellationTokenSource(LongestGoodbye, TimeProvider.System);
        await app.StopAsync(goodbye.Token);
    }

    private WebApplication Build(PageAddress address)
    {
        var builder = InnerHost.CreateBuilder(logs);
        var connections = new ConnectionRegister(ConnectionShares.OfThePage);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, address, connections));
        builder.Services.AddRoutingCore();
        foreach (var other in others)
            other.AddTo(builder.Services);
        var app = builder.Build();

        // Where a scheme of authentication is added, the framework would put its middleware before the guards: unless it finds this mark,
        // which UseAuthentication leaves. Each route asks who calls by itself.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        var guards = new PageGuards(address, logs.CreateLogger<PageGuards>());
        app.Use(guards.ShieldAsync);
        app.Use(new RequestArrival([.. others]).AnswerAsync);
        app.UseRouting();
        Map(app);
        return app;
    }

    private void Map(WebApplication app)
    {
        string[] reading = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods("/", reading, readers.Guarding(requests.ShowInboxAsync));
        app.MapMethods("/approvals/{id}", reading, readers.Guarding(requests.ShowAsync));
        app.MapMethods("/approvals/{id}/decision", [HttpMethods.Post], decisions.TakeAsync);
        app.MapMethods("/approvals/{id}/challenge", [HttpMethods.Post], decisions.AskAsync);
        app.MapMethods("/approvals/{id}/way-home", [HttpMethods.Post], readers.Guarding(prepared.OpenWayHomeAsync));
        app.MapMethods("/approvals/{id}/resume", [HttpMethods.Post], readers.Guarding(prepared.OpenResumeAsync));
        enrolments.Map(app);
        news.Map(app);
        if (readers.AsksWhoReads)
            sessions.Map(app);
        foreach (var other in others)
            other.Map(app);
        app.MapMethods("/style.css", reading, Answers.StyleAsync);
        app.MapMethods("/healthz", reading, async context => await Answers.JsonAsync(
            context,
            StatusCodes.Status200OK,
            new HealthDocument("ok", await store.IdentifyAsync(context.RequestAborted)),
            PageJson.Default.HealthDocument));
    }

    private static void Limit(KestrelServerOptions kestrel, PageAddress address, ConnectionRegister connections)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = DecisionBody.Largest;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 60;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(SlowestBody, gracePeriod: TimeSpan.FromSeconds(3));
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(next => connection => connections.ServeAsync(connection, next));
        });
        if (address.Ip is { } ip)
            kestrel.Listen(ip, address.Listen.Port);
        else
            kestrel.ListenLocalhost(address.Listen.Port);
    }
}
