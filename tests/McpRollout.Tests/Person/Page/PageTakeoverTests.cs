using System.Net;
using System.Net.Sockets;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

public sealed class PageTakeoverTests
{
    [Fact]
    public async Task TheFirstServesForAllAndAnotherTakesOverWhenItGoes()
    {
        var first = new PageHost();
        await first.InitializeAsync();
        await using var second = Hurried(PageHost.Instance(first.Port, sharing: first));
        await second.StartAsync();
        await second.Status.WaitForAsync(state => state == PageState.ServedByPeer, PageHost.Cancellation);
        Assert.Null(second.Status.Problem);

        // Asked through one instance, decided on the page of the other.
        var request = await second.AskAsync();
        using (var approved = await first.Client.SendAsync(Json(request, Fields(request)), PageHost.Cancellation))
            Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
        Assert.Equal(RequestState.Approved, (await second.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);

        await first.StopAsync();
        await second.Status.WaitForAsync(state => state == PageState.Serving, PageHost.Cancellation);
        using var page = await second.Client.GetAsync(PathOf(request), PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task AStrangerAtTheAddressIsNamedOnceAndOutwaited()
    {
        var port = FreePort.Next();
        using var stranger = new TcpListener(IPAddress.Loopback, port);
        stranger.Start();
        using var gone = new CancellationTokenSource();
        var hangingUp = HangUpAsync(stranger, gone.Token);
        await using var host = Hurried(PageHost.Instance(port));
        await host.StartAsync();

        await host.Status.WaitForAsync(state => state == PageState.PortTaken, PageHost.Cancellation);
        Assert.Contains($"Another program listens at localhost:{port}", host.Status.Problem, StringComparison.Ordinal);

        await gone.CancelAsync();
        await hangingUp;
        stranger.Stop();
        await host.Status.WaitForAsync(state => state == PageState.Serving, PageHost.Cancellation);
        Assert.Null(host.Status.Problem);
        Assert.Single(host.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnInstanceWithAnotherStoreIsNoPeer()
    {
        await using var first = new PageHost();
        await first.InitializeAsync();
        await using var second = Hurried(PageHost.Instance(first.Port));
        await second.StartAsync();

        await second.Status.WaitForAsync(state => state == PageState.PortTaken, PageHost.Cancellation);

        Assert.Contains("another store", second.Status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingsOfTheEnvironmentDoNotMoveThePage()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_URLS", "http://127.0.0.1:1");
        try
        {
            await using var host = new PageHost();
            await host.InitializeAsync();
            using var health = await host.Client.GetAsync("/healthz", PageHost.Cancellation);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_URLS", null);
        }
    }

    private static PageHost Hurried(PageHost host)
    {
        host.Time.Pace = 0.05;
        return host;
    }

    private static async Task HangUpAsync(TcpListener listener, CancellationToken gone)
    {
        try
        {
            while (true)
                (await listener.AcceptTcpClientAsync(gone)).Dispose();
        }
        catch (OperationCanceledException)
        {
        }
    }
}
