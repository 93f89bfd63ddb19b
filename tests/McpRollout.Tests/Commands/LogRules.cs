using System.Diagnostics;
using System.Text.Json;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Hosting;
using McpRollout.Processes;
using McpRollout.Tests.Broker;
using McpRollout.Tests.EndToEnd;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Commands;

/// <summary>What whoever runs a server reads on standard error.</summary>
public class LogRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_start_is_one_line_that_names_what_this_server_is()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        await using var log = RunningLog.Start([.. store.Settings, "--Cluster:Sandbox=true"]);
        var start = await log.LineAsync("has started");
        foreach (var fact in new[]
        {
            "info McpRollout.Hosting.StartReport: mcp-rollout ", "cluster: the practice cluster in this process",
            $"store: {store.Database.Place}", $"page: http://localhost:{log.Port}", "approvers: alice", "rules: the default",
            "notifications: none",
        })
            Assert.Contains(fact, start, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_warns_that_it_has_no_cluster_and_nobody_to_approve()
    {
        await using var store = TempStore.Create();
        await using var log = RunningLog.Start([.. store.Settings]);
        Assert.Contains("Set Cluster:Kubeconfig or KUBECONFIG", await log.LineAsync("No cluster is configured"), StringComparison.Ordinal);
        Assert.Contains("mcp-rollout approvers add NAME", await log.LineAsync("Nobody may approve yet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_request_rejection_and_decision_is_a_line_whichever_process_took_it()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        await using var log = RunningLog.Start([.. store.Settings, "--Cluster:Sandbox=true"]);
        await log.LineAsync("has started");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest() with { Reason = "secret words" }, Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request, passphrase: "none of hers"), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request, Verdict.Deny), Cancelled);

        var asked = await log.LineAsync("undo.requested");
        Assert.EndsWith("info McpRollout.undo.requested: undo-1, deployment/checkout in shop of practice, revision 4 -> 3, "
            + "by test-agent 1.0 for dev", asked, StringComparison.Ordinal);
        var rejected = await log.LineAsync("decision.rejected");
        Assert.Contains("warning McpRollout.decision.rejected: undo-1, ", rejected, StringComparison.Ordinal);
        Assert.Contains("by alice (http)", await log.LineAsync("undo.denied"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mistake_of_a_client_is_no_stack_trace()
    {
        await using var store = TempStore.Create();
        const string Initialize = """
            {"jsonrpc":"2.0","id":1,"method":"initialize",
            "params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}
            """;
        var server = await BuiltProgram.RunAsync(
            ["--Cluster:Sandbox=true", $"--Approvals:Listen=http://localhost:{FreePort.Next()}", .. store.Settings],
            string.Join('\n',
                Initialize.ReplaceLineEndings(""),
                """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
                """{"jsonrpc":"2.0","id":2,"method":"nope"}""",
                """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"nosuch","arguments":{}}}""",
                """{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":5}}""",
                """{"jsonrpc":"2.0","id":5,"method":"prompts/get","params":{"name":"investigate_rollout","arguments":{}}}""",
                """{"jsonrpc":"2.0","id":6,"method":"initialize","params":{"protocolVersion":5}}""",
                "hello"));
        Assert.Contains("nosuch", server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Errors, StringComparison.Ordinal);
        string[] lines = server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("20", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_event_of_the_audit_has_its_line()
    {
        var request = TempStore.NewRequest();
        foreach (var each in Enum.GetValues<AuditEvent>())
        {
            var draft = request.Record(each, AuditActor.System, new() { ["message"] = "broken\u202E" });
            var entry = AuditChain.Append(draft, 1, AuditChain.Start, DateTimeOffset.UnixEpoch);
            using var record = JsonDocument.Parse(entry.Line);
            var line = RecordLine.Of(record.RootElement);
            Assert.Equal(each.ToName(), line.Event);
            Assert.EndsWith(", by this program: broken\\u202E", line.Text, StringComparison.Ordinal);
            Assert.Equal(
                each is AuditEvent.DecisionRejected or AuditEvent.UndoBreakGlass or AuditEvent.UndoFailed or AuditEvent.UndoUnknown
                    or AuditEvent.UndoFenced or AuditEvent.RolloutDegraded or AuditEvent.RolloutWorse or AuditEvent.AuditRepaired
                    or AuditEvent.AuditRekeyed or AuditEvent.UndoRevertNotOpened,
                line.Level == LogLevel.Warning);
        }
    }

    /// <summary>A server whose standard error is read line by line, without a home and without a kubeconfig.</summary>
    private sealed class RunningLog(Process process, int port) : IAsyncDisposable
    {
        private readonly List<string> _seen = [];

        public int Port => port;

        public static RunningLog Start(IEnumerable<string> settings)
        {
            var port = FreePort.Next();
            var start = new ProcessStartInfo(BuiltProgram.Path, [.. settings, $"--Approvals:Listen=http://localhost:{port}"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["KUBECONFIG"] = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
            return new(Process.Start(start)!, port);
        }

        /// <summary>The first line with these words, of those that were or will be written.</summary>
        public async Task<string> LineAsync(string words)
        {
            while (!_seen.Exists(line => line.Contains(words, StringComparison.Ordinal)))
                _seen.Add(await process.StandardError.ReadLineAsync(Cancelled) ?? throw new EndOfStreamException(words));
            return _seen.First(line => line.Contains(words, StringComparison.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }
}
