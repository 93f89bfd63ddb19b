using System.Net;
using System.Net.Sockets;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Telemetry;
using ModelContextProtocol;

[assembly: AssemblyFixture(typeof(ScrapedServer))]

namespace McpRollout.Tests.Telemetry;

/// <summary>
/// One scrape of the built program, for all that compare with it: after an undo was asked for, approved and followed to its end, and what
/// goes wrong has gone wrong. It is made when it is first asked for.
/// </summary>
public sealed class ScrapedServer
{
    /// <summary>What <c>Accept</c> says to be told in OpenMetrics, as Prometheus says it.</summary>
    public const string OpenMetrics = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

    /// <summary>The name that the settings give a channel.</summary>
    internal const string Channel = "on-call";

    // Of what agents, people and the cluster say, none of which may be in a scrape.
    internal const string Reason = "the checkout page answers 500 since noon";
    internal const string Comment = "seen on the board";
    internal const string WrongPassphrase = "not the passphrase, truly";

    private static readonly HttpClient Http = new();

    private readonly Lazy<Task<Scrape>> _scrape = new(ScrapeAsync);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal Task<Scrape> Scrape => _scrape.Value;

    /// <summary>Asks a listener.</summary>
    internal static async Task<(HttpResponseMessage Answer, string Text)> GetAsync(int port, string? accept = OpenMetrics,
        string path = "metrics", string? host = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"http://localhost:{port}/{path}");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Host = host;
        var answer = await Http.SendAsync(request, Cancelled);
        return (answer, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Asks again until it listens, and what it tells is as wanted.</summary>
    internal static async Task<string> UntilAsync(int port, Func<IReadOnlyDictionary<string, Family>, bool> isWanted)
    {
        while (true)
        {
            try
            {
                var (answer, text) = await GetAsync(port);
                using (answer)
                {
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    if (isWanted(Exposition.Read(text)))
                        return text;
                }
            }
            catch (HttpRequestException)
            {
                Cancelled.ThrowIfCancellationRequested();
            }
        }
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task<Scrape> ScrapeAsync()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        var (port, nobody) = (FreePort(), FreePort());
        await using var server = await ServerProcess.StartAsync(
            folder, cluster, $"--Metrics:Listen=http://localhost:{port}",
            $"--Notifications:0:Name={Channel}", "--Notifications:0:Type=ntfy",
            $"--Notifications:0:Url=http://localhost:{nobody}/undo", "--Audit:Sinks:StandardError=BestEffort");
        var request = await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = Reason,
            wait_seconds = 0,
        });
        var id = request.Text("request_id")!;
        await Assert.ThrowsAsync<McpProtocolException>(() => server.TryAsync("delete_everything", new { }));
        using (await server.DecideAsync(id, "approve", WrongPassphrase))
        {
        }

        using (var taken = await server.DecideAsync(id, "approve", comment: Comment))
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        await server.EndOfAsync(id);
        var text = await UntilAsync(port, families =>
            families.ContainsKey("mcp_rollout_undo_rollout_duration_seconds")
            && families["mcp_rollout_notifications_failures"].Samples.Any(sample => sample is { Value: > 0 })
            && families["mcp_rollout_undo_open"].Samples.All(sample => sample.Value == 0));
        return new(text, Exposition.Read(text), [
            cluster.Namespace, "\"web\"", id, request.Text("match_code")!, Reason, Comment, WrongPassphrase, StateFolder.Passphrase,
            StateFolder.Approver, Environment.UserName, Environment.MachineName, folder.Path, "delete_everything",
        ]);
    }
}

/// <summary>A scrape, and what must not be in it.</summary>
internal sealed record Scrape(string Text, IReadOnlyDictionary<string, Family> Families, IReadOnlyList<string> Untold);
