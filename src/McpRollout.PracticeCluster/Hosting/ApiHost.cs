using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRollout.PracticeCluster.Hosting;

/// <summary>
/// The web server in front of the cluster: Kestrel on loopback, without configuration files, environment variables or logs.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CancellationTokenSource _stopping;

    private ApiHost(WebApplication application, CancellationTokenSource stopping)
    {
        (_application, _stopping) = (application, stopping);
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.Single());
    }

    public Uri Address { get; }

    public static async Task<ApiHost> StartAsync(int port, RequestPipeline pipeline, X509Certificate2 certificate,
        CancellationToken cancellationToken)
    {
        var protocols = new ProtocolDetection(certificate);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use((connection, next) => protocols.HandleAsync(connection, next));
            });
        });
        // The usual lifetime takes Ctrl+C for itself, and this server is a guest in its process.
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        var application = builder.Build();
        var stopping = new CancellationTokenSource();
        application.Run(context => pipeline.HandleAsync(context, stopping.Token));
        await application.StartAsync(cancellationToken);
        return new(application, stopping);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _application.DisposeAsync();
        _stopping.Dispose();
    }

    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
