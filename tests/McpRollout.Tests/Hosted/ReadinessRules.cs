using System.Diagnostics;
using System.Net;
using System.Text.Json;
using McpRollout.Tests.EndToEnd;
using McpRollout.Web;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Hosted;

/// <summary>What whoever shares requests out among servers is told at <c>/readyz</c>, and how a server goes.</summary>
public sealed class ReadinessRules
{
    // The server's own bound, after which it is gone in any case.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(12);

    private static readonly HttpClient Http = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AServerThatStopsSaysSoFirstAnswersWhoWaitsAndLeavesTheRestToTheNext()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment", second: "app:crash");
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var hosted = await HostedProcess.StartAsync(folder, cluster, issuer.Settings);
        await using var agent = await hosted.ConnectAsync(issuer.Token(hosted.Audience));
        var asked = await agent.CallToolAsync("k8s_rollout_undo", ServerProcess.ArgumentsOf(new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "it fails",
        }), cancellationToken: Cancelled);
        var id = asked.StructuredContent!.Value.Text("request_id")!;
        Assert.Equal("ok", await hosted.GetAsync("readyz"));
        var person = await WaitingAsync(agent, "k8s_rollout_undo_status", new { request_id = id, wait_seconds = 50 });
        var rollout = await WaitingAsync(agent, "k8s_rollout_status", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            wait_seconds = 50,
        });

        var began = Stopwatch.StartNew();
        hosted.Terminate();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "stopping"), await UntilNotReadyAsync(folder));
        while (began.Elapsed < Readiness.Notice / 2)
        {
            // Each comes anew, as from whoever has not heard of it yet.
            using var other = new HttpClient();
            Assert.Contains("\"ok\"", await other.GetStringAsync(new Uri(folder.Page, "healthz"), Cancelled), StringComparison.Ordinal);
        }

        Assert.Equal("pending", (await person).StructuredContent!.Value.Text("state"));
        Assert.Equal("progressing", (await rollout).StructuredContent!.Value.Text("state"));
        Assert.Equal(0, await hosted.EndAsync());
        Assert.InRange(began.Elapsed, TimeSpan.Zero, Longest);
        await using var next = await HostedProcess.StartAsync(folder, cluster, issuer.Settings);
        Assert.Equal("pending", (await folder.ReadAsync(id)).Text("state"));
    }

    [Fact]
    public async Task WithoutItsStoreAServerIsNotReadyAndTellsNothingOfIt()
    {
        using var folder = await StateFolder.CreateAsync();
        using var server = Process.Start(new ProcessStartInfo(BuiltProgram.Path,
        [
            "serve", $"--Approvals:Listen=http://localhost:{folder.Port}", "--Cluster:Sandbox=true",
            "--Storage:Postgres=Host=127.0.0.1;Port=1;Username=somebody", $"--Audit:File={folder.AuditFile}",
            "--Mcp:Issuers:0:Name=corp", "--Mcp:Issuers:0:Issuer=https://login.example.com",
        ])
        { RedirectStandardError = true })!;
        server.ErrorDataReceived += (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? "");
        server.BeginErrorReadLine();
        try
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "store-unavailable"), await UntilNotReadyAsync(folder));
        }
        finally
        {
            server.Kill();
        }
    }

    // A call that has told that it waits.
    private static async Task<Task<CallToolResult>> WaitingAsync(McpClient agent, string tool, object arguments)
    {
        var waits = new TaskCompletionSource();
        var call = agent.CallToolAsync(
            tool, ServerProcess.ArgumentsOf(arguments), new FirstReport(waits), cancellationToken: Cancelled).AsTask();
        await waits.Task.WaitAsync(Cancelled);
        return call;
    }

    // The status and what went wrong; there is nothing else in it.
    private static async Task<(HttpStatusCode Status, string? Code)> UntilNotReadyAsync(StateFolder folder)
    {
        while (true)
        {
            Cancelled.ThrowIfCancellationRequested();
            try
            {
                using var answer = await Http.GetAsync(new Uri(folder.Page, "readyz"), Cancelled);
                if (answer.IsSuccessStatusCode)
                    continue;
                using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
                Assert.DoesNotContain("127.0.0.1", told.RootElement.GetRawText(), StringComparison.Ordinal);
                return (answer.StatusCode, told.RootElement.Text("code"));
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
    }

    private sealed class FirstReport(TaskCompletionSource first) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => first.TrySetResult();
    }
}
