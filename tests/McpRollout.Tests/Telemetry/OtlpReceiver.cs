using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Telemetry;

/// <summary>Takes OTLP over HTTP and keeps the bodies. Names and identifiers stand in the protobuf as they are, so they can be looked
/// for.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = [];
    private readonly WebApplication _app;

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _received.Enqueue((context.Request.Path, body.ToArray()));
        });
    }

    public string Address => _app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Whether a text came in on <c>/v1/traces</c> or <c>/v1/metrics</c>.</summary>
    public bool Has(string signal, string text) => Has(signal, Encoding.UTF8.GetBytes(text));

    /// <summary>Whether bytes came in, a trace id for one.</summary>
    public bool Has(string signal, byte[] bytes) =>
        _received.Any(received => received.Path == $"/v1/{signal}" && received.Body.AsSpan().IndexOf(bytes) >= 0);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
