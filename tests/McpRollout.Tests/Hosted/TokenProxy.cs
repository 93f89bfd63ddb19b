using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Hosted;

/// <summary>Stands before a server for clients that can send no token: it adds one, and is asked by the server's own name.</summary>
internal sealed class TokenProxy : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private readonly WebApplication _app;
    private readonly Uri _server;
    private readonly string _token;

    private TokenProxy(WebApplication app, Uri server, string token) => (_app, _server, _token) = (app, server, token);

    public Uri Address { get; private set; } = null!;

    public static async Task<TokenProxy> StartAsync(Uri server, string token)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var proxy = new TokenProxy(app, server, token);
        app.Run(proxy.ForwardAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        proxy.Address = new UriBuilder(app.Urls.Single()) { Host = "localhost" }.Uri;
        return proxy;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_server, context.Request.Path.Value));
        if (context.Request.ContentLength > 0)
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            // Names of others than itself go on as they are: the server has to refuse them.
            var sent = values.Select(value => value?.Replace(Address.Authority, _server.Authority, StringComparison.Ordinal)).ToArray();
            if (!request.Headers.TryAddWithoutValidation(name, sent))
                request.Content?.Headers.TryAddWithoutValidation(name, sent);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
            context.Response.Headers[name] = values.ToArray();
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[4096];
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
