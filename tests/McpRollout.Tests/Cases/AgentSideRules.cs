using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Cases;

/// <summary>What an agent can do to decide by itself, with all that it has been given: its tools, the URL, its client.</summary>
public class AgentSideRules
{
    private static readonly string[] Settings = ["--Cluster:Sandbox=true"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Proves(Hazard.AgentCannotDecide)]
    public async Task TheAgentsSideCannotDecideByAnyRoute()
    {
        using var folder = await StateFolder.CreateAsync();
        using var agent = await RawAgent.StartAsync(folder);
        var request = await agent.AskAsync();
        var (id, url) = (request.Text("request_id")!, new Uri(request.Text("approval_url")!));

        // By tools: none decides, and those that there are take no such argument.
        var tools = (await agent.SendAsync("tools/list", new JsonObject())).GetProperty("result").GetProperty("tools").EnumerateArray()
            .Select(tool => tool.Text("name")!).ToList();
        Assert.DoesNotContain(tools, tool => tool.Contains("approve", StringComparison.Ordinal)
            || tool.Contains("decide", StringComparison.Ordinal));
        Assert.Equal("-32602",
            (await agent.CallAsync("k8s_rollout_undo_approve", new JsonObject { ["request_id"] = id })).Text("error", "code"));
        foreach (var word in new[] { "approve", "decision", "approver", "passphrase" })
        {
            var refused = await agent.CallAsync("k8s_rollout_undo_status", new JsonObject { ["request_id"] = id, [word] = "approve" });
            Assert.Equal("True", refused.Text("result", "isError"));
        }

        // By HTTP: the URL authorises nothing, whatever is hung on it.
        using var http = new HttpClient();
        foreach (var query in new[] { "?decision=approve", $"/decision?decision=approve&approver=alice&plan={request.Text("match_code")}" })
            using (await http.GetAsync(new Uri(url + query), Cancelled))
                Assert.Equal("pending", (await agent.StatusAsync(id)).Text("state"));
        var plan = (await FactsAsync(http, url)).Text("plan");
        foreach (var (approver, passphrase) in new[] { ("alice", "guess"), ("agent", StateFolder.Passphrase), (id, plan!) })
        {
            using var answer = await http.PostAsJsonAsync(new Uri(url + "/decision"),
                new { decision = "approve", plan, approver, passphrase }, Cancelled);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        // At a terminal: without the passphrase no more than there.
        string[] approve = ["approvals", "approve", id, "--approver", StateFolder.Approver, "--passphrase-stdin", .. folder.Settings];
        Assert.Equal(1, (await BuiltProgram.RunAsync(approve, "guess")).ExitCode);

        Assert.Equal("pending", (await agent.StatusAsync(id)).Text("state"));
        var audit = await File.ReadAllLinesAsync(folder.AuditFile, Cancelled);
        Assert.Equal(4, audit.Count(line => line.Contains("\"decision.rejected\"", StringComparison.Ordinal)));
    }

    [Fact]
    [Proves(Hazard.ForgedAnswerIsNoApproval)]
    public async Task AnAnswerThatTheClientForgesNeverCountsAsAnApproval()
    {
        using var folder = await StateFolder.CreateAsync();
        using var agent = await RawAgent.StartAsync(folder);
        var id = (await agent.AskAsync()).Text("request_id")!;

        // The client says that it can ask its user, and answers what it was never asked.
        for (var forged = 0; forged < 50; forged++)
        {
            await agent.WriteAsync(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = forged % 2 == 0 ? forged : forged.ToString(CultureInfo.InvariantCulture),
                ["result"] = new JsonObject
                {
                    ["action"] = "accept",
                    ["content"] = new JsonObject { ["decision"] = "approve", ["request_id"] = id, ["passphrase"] = StateFolder.Passphrase },
                },
            });
        }

        Assert.Equal("pending", (await agent.StatusAsync(id)).Text("state"));
        Assert.Empty(agent.Asked);
    }

    private static async Task<JsonElement> FactsAsync(HttpClient http, Uri url)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, url);
        ask.Headers.Accept.ParseAdd("application/json");
        using var answer = await http.SendAsync(ask, Cancelled);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
    }

    /// <summary>A client that writes what it likes to the server's standard input.</summary>
    private sealed class RawAgent : IDisposable
    {
        private readonly Process _server;
        private int _last;

        private RawAgent(Process server) => _server = server;

        /// <summary>The methods that the server asked of its client.</summary>
        public List<string> Asked { get; } = [];

        public static async Task<RawAgent> StartAsync(StateFolder folder)
        {
            var agent = new RawAgent(Process.Start(new ProcessStartInfo(BuiltProgram.Path, [.. folder.Settings, .. Settings])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!);
            await agent.SendAsync("initialize", new JsonObject
            {
                ["protocolVersion"] = "2025-11-25",
                ["capabilities"] = new JsonObject
                {
                    ["elicitation"] = new JsonObject(),
                    ["sampling"] = new JsonObject(),
                    ["roots"] = new JsonObject(),
                },
                ["clientInfo"] = new JsonObject { ["name"] = "forger", ["version"] = "1" },
            });
            await agent.WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "notifications/initialized" });
            return agent;
        }

        public async Task<JsonElement> AskAsync()
        {
            var workload = new JsonObject { ["resource_type"] = "deployment", ["namespace"] = "shop", ["name"] = "checkout" };
            var wish = workload.DeepClone().AsObject();
            (wish["to_revision"], wish["current_revision"], wish["reason"], wish["wait_seconds"]) = (3, 4, "It crashes.", 0);
            return (await CallAsync("k8s_rollout_undo", wish)).GetProperty("result").GetProperty("structuredContent");
        }

        public async Task<JsonElement> StatusAsync(string id) =>
            (await CallAsync("k8s_rollout_undo_status", new JsonObject { ["request_id"] = id })).GetProperty("result")
                .GetProperty("structuredContent");

        public Task<JsonElement> CallAsync(string tool, JsonObject arguments) =>
            SendAsync("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = arguments });

        public async Task<JsonElement> SendAsync(string method, JsonObject parameters)
        {
            var id = $"ours-{++_last}";
            await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
            while (await _server.StandardOutput.ReadLineAsync(Cancelled) is { } line)
            {
                var message = JsonDocument.Parse(line).RootElement;
                if (message.Text("id") == id)
                    return message;
                if (message.Text("method") is { } asked && !asked.StartsWith("notifications/", StringComparison.Ordinal))
                    Asked.Add(asked);
            }

            throw new InvalidOperationException("The server is gone.");
        }

        public async Task WriteAsync(JsonObject message)
        {
            await _server.StandardInput.WriteLineAsync(message.ToJsonString());
            await _server.StandardInput.FlushAsync(Cancelled);
        }

        public void Dispose()
        {
            _server.StandardInput.Close();
            _server.WaitForExit();
            _server.Dispose();
        }
    }
}
