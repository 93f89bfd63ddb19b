using System.Net.Sockets;
using McpRollout.Inner;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace McpRollout.Telemetry;

/// <summary>
/// Answers Prometheus at an address of its own, never at the page's. It asks nothing of store or cluster: what it shows was measured
/// before, so that it answers whatever is down. That the address is taken keeps nothing else from working.
/// </summary>
internal sealed partial class MetricsListener(
    IOptions<MetricsOptions> options,
    IOptions<ApprovalOptions> approvals,
    TimeProvider time,
    ILoggerFactory logs,
    ILogger<MetricsListener> logger) : BackgroundService
{
    // Prometheus keeps one open, and there are few of it.
    private const int MostConnections = 20;

    private const int PatienceMilliseconds = 5_000;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start is not held up.
        await Task.Yield();
        using var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => Exporting.Describe(resource))
            .AddMeter(ExposedMetrics.Meters)
            .AddView(ExposedMetrics.ViewOf)
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.ScrapeResponseTimeoutMilliseconds = PatienceMilliseconds;
            })
            .Build();
        ExposedMetrics.Show(approvals.Value.Host);
        for (var isTold = false; !stoppingToken.IsCancellationRequested; isTold = true)
        {
            try
            {
                await ServeAsync(metrics, stoppingToken);
                return;
            }
            catch (Exception obstacle) when (obstacle is IOException or SocketException)
            {
                if (!isTold)
                    LogTaken(logger, options.Value.Listen!, obstacle.Message);
                await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
        }
    }

    private async Task ServeAsync(MeterProvider metrics, CancellationToken stoppingToken)
    {
        await using var app = Build(metrics);
        await app.StartAsync(stoppingToken);
        LogServing(logger, options.Value.Listen!);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var goodbye = new CancellationTokenSource(LongestGoodbye, time);
        await app.StopAsync(goodbye.Token);
    }

    private WebApplication Build(MeterProvider metrics)
    {
        var builder = InnerHost.CreateBuilder(logs);
        builder.WebHost.ConfigureKestrel(Limit);
        var app = builder.Build();
        app.Use(new MetricsGuard(options.Value.Hosts).ShieldAsync);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(
            metrics, predicate: null, MetricsGuard.Path, configureBranchedPipeline: null, optionsName: null);
        return app;
    }

    private void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 40;
        kestrel.Limits.MaxRequestLineSize = 2 * 1024;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        if (!MetricsOptions.TryRead(options.Value.Listen!, out var address, out var ip))
            throw new InvalidOperationException("Metrics:Listen was validated.");
        if (ip is not null)
            kestrel.Listen(ip, address.Port);
        else
            kestrel.ListenLocalhost(address.Port);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Metrics are at {Listen}/metrics.")]
    private static partial void LogServing(ILogger logger, string listen);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No metrics are served: {Listen} cannot be listened at. {Why} It is tried again "
        + "every 10 seconds; of several servers on one machine each needs an address of its own (Metrics:Listen).")]
    private static partial void LogTaken(ILogger logger, string listen, string why);
}
