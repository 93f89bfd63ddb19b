using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Hosted;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

/// <summary>The wait for a person as a task, for a client that speaks of tasks. No task outlives its request, or decides of it.</summary>
public sealed class WaitTaskTests
{
    private const string Status = "k8s_rollout_undo_status";

    private static readonly object Wish = AgentRig.Wish(verifySeconds: 0);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ALongWaitIsATaskThatEndsWithWhatTheToolAnswersThen()
    {
        await using var rig = await AgentRig.StartAsync(client: Speaks);
        var facts = (await rig.CallAsync("k8s_rollout_undo", Wish)).Facts;
        var (id, code) = (facts.Text("request_id")!, facts.Text("match_code")!);

        var begun = await CallAsync(rig.Client, id, seconds: 50);
        Assert.Equal(("task", "working"), (Text(begun, "resultType"), Text(begun, "status")));
        Assert.Contains("ttlMs", begun);
        var task = Text(begun, "taskId")!;
        var working = await GetAsync(rig.Client, task);
        Assert.Equal(("complete", "working", task), (Text(working, "resultType"), Text(working, "status"), Text(working, "taskId")));
        Assert.Contains($"Waiting for a decision at {facts.Text("approval_url")} (match code {code})", Text(working, "statusMessage"),
            StringComparison.Ordinal);
        Assert.Null(working["result"]);
        Assert.Contains("ttlMs", working);

        await rig.DecideAsync(id, Verdict.Approve);
        JsonObject end;
        do
            end = await GetAsync(rig.Client, task);
        while (Text(end, "status") == "working");

        Assert.Equal("completed", Text(end, "status"));
        Assert.Equal("applied", end["result"]!["structuredContent"]!["state"]!.GetValue<string>());
        Assert.Contains($"{id}: applied.", end["result"]!["content"]![0]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToCancelATaskEndsAWaitAndTakesNothingBack()
    {
        await using var rig = await AgentRig.StartAsync(client: Speaks);
        var id = (await rig.CallAsync("k8s_rollout_undo", Wish)).Facts.Text("request_id")!;
        var task = Text(await CallAsync(rig.Client, id, seconds: 50), "taskId")!;

        foreach (var method in new[] { "tasks/cancel", "tasks/update" })
        {
            var acknowledged = await SendAsync(rig.Client, method, new JsonObject
            {
                ["taskId"] = task,
                ["inputResponses"] = new JsonObject { ["approval_page"] = new JsonObject { ["action"] = "accept" } },
            });
            Assert.Equal("complete", Text(acknowledged, "resultType"));
        }

        Assert.Equal(RequestState.Pending, (await rig.Broker.FindAsync(id, Cancelled))!.State);
        Assert.Equal("working", Text(await GetAsync(rig.Client, task), "status"));
    }

    [Fact]
    public async Task WithoutAWaitOrForARequestAtRestThereIsNoTask()
    {
        await using var rig = await AgentRig.StartAsync(client: Speaks);
        var id = (await rig.CallAsync("k8s_rollout_undo", Wish)).Facts.Text("request_id")!;

        Assert.Equal("complete", Text(await CallAsync(rig.Client, id, seconds: 0), "resultType"));
        Assert.Equal("complete", Text(await CallAsync(rig.Client, "none", seconds: 50), "resultType"));
        Assert.Equal("complete", Text(await CallAsync(rig.Client, id, seconds: 51), "resultType"));
        await rig.DecideAsync(id, Verdict.Deny, "no");
        var answer = await CallAsync(rig.Client, id, seconds: 50);
        Assert.Equal(("complete", "denied"), (Text(answer, "resultType"), answer["structuredContent"]!["state"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("undo-none.settled")]
    [InlineData("undo-none")]
    [InlineData(".rest")]
    [InlineData("")]
    [InlineData(null)]
    public async Task ATaskThatNobodyWasGivenIsRefusedInWords(string? task)
    {
        await using var rig = await AgentRig.StartAsync(client: Speaks);
        var refused = await Assert.ThrowsAsync<McpProtocolException>(() => GetAsync(rig.Client, task));
        Assert.Contains("what a call was answered with", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task WhoDoesNotSpeakOfTasksWaitsAsEver(string version)
    {
        await using var rig = await AgentRig.StartAsync(version, client: version == AgentRig.Old ? Speaks : null);
        var id = (await rig.CallAsync("k8s_rollout_undo", Wish)).Facts.Text("request_id")!;

        Assert.Equal("pending", (await rig.CallAsync(Status, new { request_id = id, wait_seconds = 1 })).Facts.Text("state"));
        await Assert.ThrowsAsync<McpProtocolException>(() => GetAsync(rig.Client, $"{id}.settled"));
    }

    [Fact]
    public async Task AnyServerOfTheStoreTellsOfATaskAlsoAfterAnotherStart()
    {
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        string task, id;
        await using (var first = await HostedProcess.StartAsync(folder, cluster, issuer.Settings))
        {
            await using var agent = await first.ConnectAsync(issuer.Token(first.Audience), client: Speaks);
            var asked = await agent.CallToolAsync("k8s_rollout_undo", ServerProcess.ArgumentsOf(new
            {
                resource_type = "deployment",
                @namespace = cluster.Namespace,
                name = "web",
                to_revision = 1,
                current_revision = 2,
                reason = "It crashes.",
            }), cancellationToken: Cancelled);
            id = asked.StructuredContent!.Value.Text("request_id")!;
            task = Text(await CallAsync(agent, id, seconds: 50), "taskId")!;
        }

        await using var second = await HostedProcess.StartAsync(folder, cluster, issuer.Settings);
        await using var again = await second.ConnectAsync(issuer.Token(second.Audience), client: Speaks);
        Assert.Equal("working", Text(await GetAsync(again, task), "status"));
        using (var denied = await folder.DecideAsync(id, "deny"))
            Assert.True(denied.IsSuccessStatusCode);
        var end = await GetAsync(again, task);
        Assert.Equal(("completed", "denied"), (Text(end, "status"), end["result"]!["structuredContent"]!["state"]!.GetValue<string>()));
    }

    private static void Speaks(McpClientOptions options) => options.Capabilities = new()
    {
        Extensions = new Dictionary<string, object> { ["io.modelcontextprotocol/tasks"] = new JsonObject() },
    };

    private static Task<JsonObject> CallAsync(McpClient client, string id, int seconds) => SendAsync(
        client, "tools/call",
        new JsonObject { ["name"] = Status, ["arguments"] = new JsonObject { ["request_id"] = id, ["wait_seconds"] = seconds } });

    private static Task<JsonObject> GetAsync(McpClient client, string? task) =>
        SendAsync(client, "tasks/get", new JsonObject { ["taskId"] = task });

    private static async Task<JsonObject> SendAsync(McpClient client, string method, JsonObject parameters)
    {
        var request = new JsonRpcRequest { Method = method, Params = parameters };
#pragma warning disable MCPEXP002 // What the SDK's package for tasks sets, too: the name that a header has over HTTP.
        if (parameters["taskId"] is JsonValue task)
            request.Context = new() { RoutingName = task.GetValue<string>() };
#pragma warning restore MCPEXP002
        return (await client.SendRequestAsync(request, Cancelled)).Result!.AsObject();
    }

    private static string? Text(JsonObject answer, string name) => answer[name]?.GetValue<string>();
}
