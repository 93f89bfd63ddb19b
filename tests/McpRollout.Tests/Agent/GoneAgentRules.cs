using System.Net;
using System.Net.Sockets;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Notifications;
using McpRollout.Tests.PracticeCluster;

namespace McpRollout.Tests.Agent;

/// <summary>
/// When standard input ends, what is under way is cut short, and the process is gone within two seconds: what is in the store goes on where
/// that is served next.
/// </summary>
public sealed class GoneAgentRules
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // What a process that has nothing to do takes to end, on a machine that has nothing else to do.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(0.5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithACallThatWaits()
    {
        await using var stage = await Stage.BuildAsync();
        await using var server = await stage.ServeAsync();
        var id = await AskAsync(server);
        var told = new ProgressLog();
        var waiting = server.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 50 }, told);
        await told.FirstOfAsync(waiting);

        await stage.AssertSoonGoneAsync(server);

        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        await using var next = await stage.ServeAsync();
        Assert.Equal("pending", (await next.CallAsync("k8s_rollout_undo_status", new { request_id = id })).Text("state"));
    }

    [Fact]
    public async Task WithAPageThatSomebodyHasOpen()
    {
        await using var stage = await Stage.BuildAsync();
        await using var server = await stage.ServeAsync();
        await AskAsync(server);
        await ServerProcess.PageIsUpAsync(stage.Folder);
        using var browser = new HttpClient();
        using var news = await browser.GetAsync(
            new Uri(stage.Folder.Page, "news"), HttpCompletionOption.ResponseHeadersRead, Cancelled);

        await stage.AssertSoonGoneAsync(server);
    }

    [Theory]
    [InlineData("GET", "/deployments/checkout")]
    [InlineData("PATCH", "/deployments/checkout")]
    [InlineData("POST", "/events")]
    public async Task WithAnApprovedUndoUnderWayWhichTheNextProcessCarriesOn(string method, string path)
    {
        await using var stage = await Stage.BuildAsync();
        string id;
        using (var held = stage.Cluster.Faults.Hold(request => FaultInjection.On(method, path)(request)
            && !request.PathAndQuery.Contains("dryRun", StringComparison.Ordinal)

            // The page is content with the API server's cache, the executor is not.
            && !request.PathAndQuery.Contains("resourceVersion=0", StringComparison.Ordinal) && stage.IsHolding))
        {
            await using var server = await stage.ServeAsync();
            id = await AskAsync(server);
            stage.IsHolding = true;
            using var decided = await server.DecideAsync(id, "approve");
            await held.Arrived.WaitAsync(Cancelled);

            await stage.AssertSoonGoneAsync(server);
        }

        stage.IsHolding = false;
        await using var next = await stage.ServeAsync();
        var end = await next.EndOfAsync(id);
        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal(5, (await next.CallAsync("k8s_rollout_history", Checkout)).GetProperty("current_revision").GetInt32());
    }

    [Theory]
    [InlineData("--Notifications:0:Name=ops", "--Notifications:0:Type=slack", "--Notifications:0:Url=")]
    [InlineData("--Audit:Sinks:Webhook=BestEffort", "--Audit:Webhook:Url=")]
    [InlineData("--Audit:Sinks:Webhook=Required", "--Audit:Webhook:Url=")]
    public async Task WithAReceiverThatHangs(params string[] settings)
    {
        await using var stage = await Stage.BuildAsync();
        using var key = new SecretInFile();
        using var receiver = new TcpListener(IPAddress.Loopback, 0);
        receiver.Start();
        await using var server = await stage.ServeAsync(
            [.. settings[..^1], $"{settings[^1]}http://{receiver.LocalEndpoint}/hook", $"--Audit:Webhook:SecretFile={key.Path}"]);
        _ = server.TryAsync("k8s_rollout_undo", Undo);
        using var told = await receiver.AcceptTcpClientAsync(Cancelled);

        await stage.AssertSoonGoneAsync(server);
    }

    [Fact]
    public async Task WithACollectorOfTelemetryThatHangs()
    {
        await using var stage = await Stage.BuildAsync();
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        stage.Folder.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{collector.LocalEndpoint}";
        stage.Folder.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        await using var server = await stage.ServeAsync();
        await AskAsync(server);

        await stage.AssertSoonGoneAsync(server);
    }

    private static object Checkout => new { resource_type = "deployment", @namespace = "shop", name = "checkout" };

    private static object Undo => new
    {
        resource_type = "deployment",
        @namespace = "shop",
        name = "checkout",
        to_revision = 2,
        current_revision = 4,
        reason = "It crashes.",
    };

    private static async Task<string> AskAsync(ServerProcess server) =>
        (await server.CallAsync("k8s_rollout_undo", Undo)).Text("request_id")!;

    /// <summary>A cluster with an incident, and a store that one server after the other serves.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly string _kubeconfig = Path.GetTempFileName();

        public required PracticeClient Cluster { get; init; }

        public required StateFolder Folder { get; init; }

        public bool IsHolding { get; set; }

        public static async Task<Stage> BuildAsync()
        {
            var stage = new Stage { Cluster = await PracticeClient.StartAsync(seed: true), Folder = await StateFolder.CreateAsync() };
            await File.WriteAllTextAsync(stage._kubeconfig, stage.Cluster.Cluster.Kubeconfig, Cancelled);
            return stage;
        }

        public Task<ServerProcess> ServeAsync(params string[] settings) =>
            ServerProcess.StartAsync(Folder, (_kubeconfig, "practice"), settings);

        /// <summary>A machine that is slow is slow for a process that has nothing to end, too.</summary>
        public async Task AssertSoonGoneAsync(ServerProcess server)
        {
            var (stayed, exitCode) = await server.LeaveAsync();
            TestReport.Add($"{TestContext.Current.Test?.TestDisplayName}: gone after {stayed.TotalSeconds:0.00} s.");
            Assert.Equal(0, exitCode);
            if (stayed <= Limit)
                return;
            using var folder = await StateFolder.CreateAsync();
            var idle = TimeSpan.Zero;
            for (var control = 0; control < 3; control++)
            {
                await using var idler = await ServerProcess.StartAsync(folder, (_kubeconfig, "practice"));
                await idler.CallAsync("k8s_rollout_history", Checkout);
                var (took, _) = await idler.LeaveAsync();
                idle = took > idle ? took : idle;
            }

            Assert.InRange(stayed, TimeSpan.Zero, Limit + (idle > Idle ? idle - Idle : TimeSpan.Zero));
        }

        public async ValueTask DisposeAsync()
        {
            await Cluster.DisposeAsync();
            Folder.Dispose();
            File.Delete(_kubeconfig);
        }
    }
}
