using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using McpRollout.Approvals.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Audit;

/// <summary>Takes records over HTTP, checks their signature as a receiver would, and answers as the test wants.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _taken = [];
    private readonly string _secretFile = Path.GetTempFileName();
    private int _attempts;
    private bool _isSigned;

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>How it answers an attempt, counted from 1: by its status, or not at all if that is 0. By default it takes the
    /// record.</summary>
    public Func<int, int> Answer { get; set; } = _ => StatusCodes.Status204NoContent;

    public string? RetryAfter { get; set; }

    public Uri Url => new($"{_app.Urls.Single()}/audit");

    public int Attempts => _attempts;

    public IReadOnlyList<string> Taken => [.. _taken];

    public static async Task<WebhookReceiver> StartAsync(bool isSigned = true)
    {
        var receiver = new WebhookReceiver { _isSigned = isSigned };
        await File.WriteAllTextAsync(receiver._secretFile, Secret + "\n", TestContext.Current.CancellationToken);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The settings that lead to it.</summary>
    public AuditOptions Options(SinkLevel level, TimeSpan? deadline = null) => new()
    {
        Deadline = deadline ?? TimeSpan.FromSeconds(20),
        Sinks = new() { Webhook = level },
        Webhook = new() { Url = Url.AbsoluteUri, SecretFile = _secretFile },
    };

    public async ValueTask DisposeAsync()
    {
        File.Delete(_secretFile);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        var status = Answer(Interlocked.Increment(ref _attempts));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (status == 0)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (_isSigned && !IsSigned(context.Request, body.ToArray()))
            status = StatusCodes.Status401Unauthorized;
        if (status < 300)
            _taken.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        if (RetryAfter is not null)
            context.Response.Headers.RetryAfter = RetryAfter;
        if (status is >= 300 and < 400)
            context.Response.Headers.Location = "/elsewhere";
        context.Response.StatusCode = status;
    }

    private static bool IsSigned(HttpRequest request, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(request.Headers["X-McpRollout-Timestamp"] + "."), .. body];
        return request.Headers["X-McpRollout-Signature"] == "sha256="
            + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), signed));
    }
}
