using McpRollout.Hosted;
using McpRollout.Hosting;
using McpRollout.Mcp;
using McpRollout.Tests.EndToEnd;
using McpRollout.Web;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Tests.Hosted;

/// <summary>The page's server as the product composes it, in this process, with what the conformance suite calls by name.</summary>
internal sealed class FixtureHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;

    private FixtureHost(ServiceProvider services) => _services = services;

    public static async Task<FixtureHost> StartAsync(StateFolder folder, IEnumerable<string> settings)
    {
        var read = Settings.Read([.. folder.Settings, "--Cluster:Sandbox=true", .. settings]);
        var services = new ServiceCollection().AddProduct(read).AddApprovalPage().AddMcpRoute().AddTools()
            .AddSingleton<IPageRoute, ConformanceFixtures>();
        var host = new FixtureHost(services.BuildServiceProvider());
        Assert.True(PageAddress.TryRead(new() { Listen = folder.Page.GetLeftPart(UriPartial.Authority) }, out var address, out _));
        var served = new TaskCompletionSource();
        host._serving = host._services.GetRequiredService<PageServer>().ServeAsync(address, served.SetResult, host._stop.Token);
        await served.Task.WaitAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
        await _services.DisposeAsync();
    }
}
