using System.Collections.Concurrent;
using System.Net;
using System.Text;
using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Api;
using McpRollout.Kubernetes.Connections;
using McpRollout.Rollouts.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpRollout.Tests.Cluster;

/// <summary>A real HTTP server on loopback that answers as a test tells it, and remembers what it was asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public static readonly WorkloadRef Checkout = new(ResourceType.Deployment, "shop", "checkout");

    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Seen> Requests { get; } = [];

    public int Port => new Uri(_app.Urls.First()).Port;

    public string Url => _app.Urls.First();

    public static Task<ScriptedServer> StartAsync(params Func<HttpContext, Task>[] answers) => StartAsync(null, answers);

    /// <summary>Starts the server; its last answer is given over and over.</summary>
    public static async Task<ScriptedServer> StartAsync(Action<ListenOptions>? listen, params Func<HttpContext, Task>[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen ?? (_ => { })));
        var server = new ScriptedServer(builder.Build());
        var count = -1;
        server._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            server.Requests.Enqueue(new Seen(
                context.Request.Method, context.Request.Path.Value + context.Request.QueryString, body, context.Request.Protocol,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase),
                context.Connection.ClientCertificate?.Thumbprint));
            await answers[Math.Min(Interlocked.Increment(ref count), answers.Length - 1)](context);
        });
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>An answer of JSON.</summary>
    public static Func<HttpContext, Task> Json(int status, string body, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;

        return context.Response.WriteAsync(body, context.RequestAborted);
    };

    /// <summary>A Status object.</summary>
    public static Func<HttpContext, Task> Status(int code, string reason, params (string Name, string Value)[] headers) =>
        Json(
            code,
            $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"said """
                + $$"""the server","reason":"{{reason}}","code":{{code}} }""",
            headers);

    /// <summary>Reads the question, and closes the socket.</summary>
    public static Task HangUp(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Never answers.</summary>
    public static Task Silence(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>A client for this server, without credentials.</summary>
    public ApiServerClient Client(TimeProvider? time = null, string user = "{}") => Client(Kubeconfig($"{{server: '{Url}'}}", user), time);

    public static string Kubeconfig(string cluster, string user) => $$"""
        current-context: test
        contexts: [{name: test, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {{cluster}} }]
        users: [{name: u, user: {{user}} }]
        """;

    public static ApiServerClient Client(string kubeconfig, TimeProvider? time = null) =>
        Client(new KubeconfigText(kubeconfig, time ?? TimeProvider.System), time);

    public static ApiServerClient Client(IConnectionSource source, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        return new ApiServerClient(source, new ApiTransport(source, time, NullLogger<ApiTransport>.Instance), time);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Seen(
        string Method, string Target, string Body, string Protocol, Dictionary<string, string> Headers, string? ClientCertificate);
}
