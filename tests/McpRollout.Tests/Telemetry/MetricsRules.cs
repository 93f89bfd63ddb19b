using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using McpRollout.Telemetry;
using McpRollout.Tests.EndToEnd;
using Microsoft.AspNetCore.Http;

namespace McpRollout.Tests.Telemetry;

/// <summary>What Prometheus is answered by the built program.</summary>
public sealed class MetricsRules(ScrapedServer scraped)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mcp_rollout_undo_requests_total", "mcp_rollout_outcome", "applied", 1)]
    [InlineData("mcp_rollout_undo_requests_total", "mcp_rollout_outcome", "failed", 0)]
    [InlineData("mcp_rollout_decisions_total", "mcp_rollout_outcome", "approved", 1)]
    [InlineData("mcp_rollout_decisions_total", "mcp_rollout_outcome", "wrong-credentials", 1)]
    [InlineData("mcp_rollout_undo_claims_total", "mcp_rollout_claim_kind", "approved", 1)]
    [InlineData("mcp_rollout_undo_claims_total", "mcp_rollout_claim_kind", "fenced", 0)]
    [InlineData("mcp_rollout_undo_decision_duration_seconds_count", "mcp_rollout_outcome", "applied", 1)]
    [InlineData("mcp_rollout_undo_execution_duration_seconds_count", "mcp_rollout_outcome", "applied", 1)]
    [InlineData("mcp_rollout_undo_rollout_duration_seconds_count", "mcp_rollout_outcome", "healthy", 1)]
    [InlineData("mcp_rollout_tool_call_duration_seconds_count", "gen_ai_tool_name", "k8s_rollout_undo", 1)]
    [InlineData("mcp_rollout_sign_ins_total", "mcp_rollout_outcome", "refused", 0)]
    [InlineData("mcp_rollout_store_failures_total", "mcp_rollout_store_reason", "busy", 0)]
    [InlineData("mcp_rollout_audit_sink_lag_seconds", "mcp_rollout_audit_sink", "file", 0)]
    [InlineData("mcp_rollout_audit_sink_failures_total", "mcp_rollout_audit_sink", "standard error", 0)]
    [InlineData("mcp_rollout_notifications_sent_total", "mcp_rollout_channel", ScrapedServer.Channel, 0)]
    public async Task WhatHappenedIsCountedAndWhatDidNotIsZero(string series, string label, string value, double count)
    {
        var all = (await scraped.Scrape).Families.Values.SelectMany(family => family.Samples);

        Assert.Equal(count, Assert.Single(all, sample => sample.Name == series && sample.Labels.GetValueOrDefault(label) == value).Value);
    }

    [Fact]
    public async Task NoScrapeTellsWhatAgentsPeopleAndTheClusterSay()
    {
        var scrape = await scraped.Scrape;

        Assert.All(scrape.Untold, untold => Assert.DoesNotContain(untold, scrape.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("unknown", scrape.Families["mcp_rollout_tool_call_duration_seconds"].ValuesOf("gen_ai_tool_name"));
        var routes = scrape.Families["http_server_request_duration_seconds"].ValuesOf("http_route");
        Assert.Contains("/approvals/{id}", routes);
        Assert.DoesNotContain("/metrics", routes);
    }

    [Fact]
    public async Task WithoutItsStoreAServerTellsThatItIsUnreachable()
    {
        using var folder = await StateFolder.CreateAsync();
        var port = ScrapedServer.FreePort();
        using var server = Start(folder, port, "--Storage:Postgres=Host=127.0.0.1;Port=1;Username=somebody");
        try
        {
            var text = await ScrapedServer.UntilAsync(port, families =>
                families.TryGetValue("mcp_rollout_store_reachable", out var reachable) && reachable.Samples.Single().Value == 0
                && families["mcp_rollout_store_failures"].Samples.Any(sample =>
                    sample is { Value: > 0, Name: "mcp_rollout_store_failures_total" }));

            Assert.DoesNotContain("mcp_rollout_undo_open{", text, StringComparison.Ordinal);
            Assert.DoesNotContain("somebody", text, StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public async Task MetricsAreAtTheirOwnAddressAndPathAloneAndOnlyForWhoeverMeansThem()
    {
        using var folder = await StateFolder.CreateAsync();
        var port = ScrapedServer.FreePort();
        using var server = Start(folder, port, "--Metrics:Hosts:0=metrics.example.com");
        try
        {
            await ScrapedServer.UntilAsync(port, _ => true);
            await ServerProcess.PageIsUpAsync(folder);

            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(folder.Port));
            foreach (var path in new[] { "", "healthz", "approvals/undo-1", "metrics/x", "mcp" })
                Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(port, path));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, await StatusAsync(port, method: HttpMethod.Post));
            Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(port, host: "rebound.example.com"));
            foreach (var host in new[] { "10.1.2.3:9464", "[::1]:9464", "mcp-rollout-metrics.ops.svc", "metrics.example.com:9464" })
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(port, host: host));
        }
        finally
        {
            server.Kill();
        }
    }

    /// <summary>The first is this test's own, the other of no machine (RFC 5737).</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("192.0.2.1")]
    public async Task AnAddressThatCannotBeListenedAtKeepsNothingElseFromWorking(string address)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var folder = await StateFolder.CreateAsync();
        var isTold = new TaskCompletionSource();
        using var server = Start(folder, 1, $"--Metrics:Listen=http://{address}:{((IPEndPoint)taken.LocalEndpoint).Port}");
        server.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("No metrics are served", StringComparison.Ordinal) is true)
                isTold.TrySetResult();
        };
        try
        {
            await isTold.Task.WaitAsync(Cancelled);
            await ServerProcess.PageIsUpAsync(folder);
            Assert.False(server.HasExited);
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory]
    [InlineData(ScrapedServer.OpenMetrics, "application/openmetrics-text")]
    [InlineData("text/plain", "text/plain")]
    [InlineData(null, "text/plain")]
    public async Task TheAnswerIsInTheFormatThatIsAccepted(string? accept, string type)
    {
        using var folder = await StateFolder.CreateAsync();
        var port = ScrapedServer.FreePort();
        using var server = Start(folder, port);
        try
        {
            await ScrapedServer.UntilAsync(port, _ => true);
            var (answer, text) = await ScrapedServer.GetAsync(port, accept);
            using var disposed = answer;

            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal(type != "text/plain", text.EndsWith("# EOF\n", StringComparison.Ordinal));
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("mcp-rollout", true)]
    [InlineData("a.b.svc.cluster.local", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("example.com", false)]
    [InlineData("svc.example.com", false)]
    [InlineData("10.1.2.3.example.com", false)]
    [InlineData("", false)]
    public void OnlyNamesThatNobodyCanMakePointHereAreTaken(string host, bool isTaken) =>
        Assert.Equal(isTaken, new MetricsGuard([]).Allows(new HostString(host)));

    [Theory]
    [InlineData("--Metrics:Listen=9464", "write localhost or an IP address of this machine, such as http://localhost:9464")]
    [InlineData("--Metrics:Listen=http://localhost:0", "write localhost or an IP address")]
    [InlineData("--Metrics:Listen=https://localhost:9464", "(http, no path)")]
    [InlineData("--Metrics:Listen=http://0.0.0.0:7391", "Metrics:Listen has the page's port, 7391")]
    [InlineData("--Metrics:Hosts:0=example.com", "Metrics:Hosts is for a listener that is not there")]
    [InlineData("--Metrics:Port=9464", "Metrics:Port is not a setting")]
    public async Task AWrongSettingEndsTheStartInWords(string setting, string said)
    {
        var (code, _, errors) = await BuiltProgram.RunAsync([setting]);

        Assert.Equal(2, code);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    private static Process Start(StateFolder folder, int port, params string[] settings)
    {
        var server = Process.Start(new ProcessStartInfo(BuiltProgram.Path,
        [
            "serve", .. folder.Settings.Where(each => !settings.Any(other => other.StartsWith("--Storage", StringComparison.Ordinal))
                || !each.StartsWith("--Storage", StringComparison.Ordinal)),
            "--Cluster:Sandbox=true", $"--Audit:File={folder.AuditFile}", $"--Metrics:Listen=http://localhost:{port}",
            "--Mcp:Issuers:0:Name=corp", "--Mcp:Issuers:0:Issuer=https://login.example.com", .. settings,
        ])
        { RedirectStandardError = true })!;
        server.ErrorDataReceived += (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? "");
        server.BeginErrorReadLine();
        return server;
    }

    private static async Task<HttpStatusCode> StatusAsync(
        int port, string path = "metrics", string? host = null, HttpMethod? method = null)
    {
        var (answer, _) = await ScrapedServer.GetAsync(port, path: path, host: host, method: method);
        using (answer)
            return answer.StatusCode;
    }
}
