using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Notifications;

/// <summary>Takes messages over HTTP, and answers as the test wants.</summary>
internal sealed class NotificationReceiver : IAsyncDisposable
{
    public const string Secret = "0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedMessage> _taken = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private int _seen;

    private NotificationReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>The status of its answers.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public IReadOnlyList<ReceivedMessage> Taken => [.. _taken];

    /// <summary>What people read of each generic message.</summary>
    public IReadOnlyList<string?> Events => [.. _taken.Select(message => (string?)message.Body["event"])];

    public static async Task<NotificationReceiver> StartAsync()
    {
        var receiver = new NotificationReceiver();
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public string UrlOf(string path) => $"{_app.Urls.Single()}/{path}";

    /// <summary>Waits for the next message that it takes.</summary>
    public async Task<ReceivedMessage> NextAsync()
    {
        await _arrived.WaitAsync(TestContext.Current.CancellationToken);
        return _taken.ElementAt(_seen++);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.StatusCode = Status;
        if (Status >= 300)
            return;
        _taken.Enqueue(new(
            context.Request.Path, context.Request.Headers.Authorization.ToString(), context.Request.ContentType,
            IsSigned(context.Request, body.ToArray()), JsonNode.Parse(body.ToArray())!));
        _arrived.Release();
    }

    private static bool IsSigned(HttpRequest request, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(request.Headers["X-McpRollout-Timestamp"] + "."), .. body];
        return request.Headers["X-McpRollout-Signature"] == "sha256="
            + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), signed));
    }
}

/// <summary>A message as it came.</summary>
internal sealed record ReceivedMessage(string Path, string Authorization, string? ContentType, bool IsSigned, JsonNode Body);
