using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Probes;

/// <summary>A service that is probed, and as much of Prometheus as answers one question.</summary>
internal sealed class ProbeTarget : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Address, string Authorization)> _asked = [];

    private ProbeTarget()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The status of the service's answers.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>What Prometheus answers, as its documents give it.</summary>
    public string Figure { get; set; } = "0.02";

    /// <summary>Answers are kept back for as long as it is not complete.</summary>
    public Task Opened { get; set; } = Task.CompletedTask;

    /// <summary>Answers in place of the one figure.</summary>
    public string? Body { get; set; }

    public IReadOnlyList<(string Address, string Authorization)> Asked => [.. _asked];

    public string Url => _app.Urls.Single();

    public static async Task<ProbeTarget> StartAsync()
    {
        var target = new ProbeTarget();
        await target._app.StartAsync(TestContext.Current.CancellationToken);
        return target;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        _asked.Enqueue(($"{context.Request.Path}{context.Request.QueryString}", context.Request.Headers.Authorization.ToString()));
        await Opened.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = Status;
        if (Status is >= 300 and < 400)
            context.Response.Headers.Location = $"{Url}/elsewhere";
        if (context.Request.Path == "/api/v1/query" && Status == StatusCodes.Status200OK)
            await context.Response.WriteAsync(Body ?? """
                {"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1435781451.781,"FIGURE"]}]}}
                """.Replace("FIGURE", Figure, StringComparison.Ordinal));
    }
}
