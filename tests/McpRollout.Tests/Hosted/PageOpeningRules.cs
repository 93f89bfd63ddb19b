using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Tests.Agent;
using McpRollout.Tests.EndToEnd;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Hosted;

/// <summary>Clients over HTTP that offer to open the approval page, honest ones and others. No session is kept between asking and
/// answering.</summary>
public sealed class PageOpeningRules : IAsyncLifetime
{
    private const string Undo = "k8s_rollout_undo";

    private static readonly HttpClient Http = new();

    private StateFolder _folder = null!;
    private TestIssuer _issuer = null!;
    private ClusterUnderTest _cluster = null!;
    private HostedProcess _hosted = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _folder = await StateFolder.CreateAsync();
        _issuer = await TestIssuer.StartAsync();
        _cluster = await ClusterUnderTest.PracticeAsync();
        await _cluster.MakeAsync("deployment");
        _hosted = await HostedProcess.StartAsync(_folder, _cluster, _issuer.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _hosted.DisposeAsync();
        await _cluster.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("2026-07-28", 1)]
    [InlineData("2025-11-25", 0)]
    public async Task OverHttpAClientIsAskedIfItsProtocolCan(string version, int times)
    {
        var opening = new OpeningClient("accept");
        await using var agent = await _hosted.ConnectAsync(_issuer.Token(_hosted.Audience), version, opening.Offer);

        var answer = await agent.CallToolAsync(
            Undo, ServerProcess.ArgumentsOf(Wish().Deserialize<JsonElement>()), cancellationToken: Cancelled);

        Assert.False(answer.IsError);
        Assert.Equal("pending", answer.StructuredContent!.Value.Text("state"));
        Assert.Equal(times, opening.Asked.Count);
        Assert.All(opening.Asked, asked => Assert.Equal(answer.StructuredContent.Value.Text("approval_url"), asked.Url));
        Assert.Equal(times == 1, Text(answer).EndsWith("That is no decision.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatWasSealedByOneServerIsKnownToAnother()
    {
        var (id, state) = await AskedAsync();
        await _hosted.DisposeAsync();
        _hosted = await HostedProcess.StartAsync(_folder, _cluster, _issuer.Settings);

        var answer = await CallAsync(_hosted, Token(), Wish(), state, Said("accept"));
        Assert.Equal((id, "pending"), (Fact(answer, "request_id"), Fact(answer, "state")));
    }

    [Fact]
    public async Task AStateThatWasForgedChangedOrGivenToAnotherIsRefusedAndAsksForNothing()
    {
        var (id, state) = await AskedAsync();
        var other = Wish();
        other["reason"] = "Another one.";
        using (var denied = await _folder.DecideAsync(id, "deny"))
            Assert.True(denied.IsSuccessStatusCode);

        (string Why, string Token, JsonObject Arguments, string State)[] wrong =
        [
            ("another caller", _issuer.Token(_hosted.Audience, subject: "agent-8"), Wish(), state),
            ("the same caller by another client", _issuer.Token(_hosted.Audience, client: "another"), Wish(), state),
            ("other arguments", Token(), other, state),
            ("one argument more", Token(), With("wait_seconds", 0), state),
            ("no arguments", Token(), [], state),
            ("arguments of no form", Token(), With("reason", "\ud800"), state),
            ("the id alone", Token(), Wish(), id),
            ("no code", Token(), Wish(), $"{id}."),
            ("a code of another id", Token(), Wish(), $"undo-0{state[state.LastIndexOf('.')..]}"),
            ("a code in capitals", Token(), Wish(), $"{id}{state[id.Length..].ToUpperInvariant()}"),
            ("a code that is one off", Token(), Wish(), $"{state[..^1]}{(state[^1] == '0' ? '1' : '0')}"),
            ("nothing", Token(), Wish(), ""),
            ("something long", Token(), Wish(), new string('.', 4000)),
        ];
        foreach (var (why, token, arguments, forged) in wrong)
        {
            var answer = await CallAsync(_hosted, token, arguments, forged, Said("accept"));
            Assert.True(answer["isError"]?.GetValue<bool>(), $"{why}: {answer}");
            Assert.Contains("requestState is not what this server sent", answer.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Null(await OpenAsync());
    }

    [Fact]
    public async Task AStateThatIsSentAgainTellsOfItsRequestAndAsksForNoOther()
    {
        var (id, state) = await AskedAsync();
        using (var denied = await _folder.DecideAsync(id, "deny"))
            Assert.True(denied.IsSuccessStatusCode);

        foreach (var said in new[] { Said("accept"), Said("accept"), [], new JsonObject { ["approval_page"] = 7 } })
        {
            var answer = await CallAsync(_hosted, Token(), Wish(), state, said);
            Assert.Equal((id, "denied"), (Fact(answer, "request_id"), Fact(answer, "state")));
        }

        Assert.Null(await OpenAsync());
    }

    [Fact]
    public async Task AnAnswerToWhatWasNotAskedOpensNothingAndDecidesNothing()
    {
        var answer = await CallAsync(_hosted, Token(), Wish(), state: null, Said("accept"));

        Assert.Equal("input_required", answer["resultType"]!.GetValue<string>());
        Assert.Equal("pending", (await _folder.ReadAsync((await OpenAsync())!)).Text("state"));
    }

    private async Task<(string Id, string State)> AskedAsync()
    {
        var asked = await CallAsync(_hosted, Token(), Wish(), state: null, responses: null);
        Assert.Equal("input_required", asked["resultType"]!.GetValue<string>());
        var (name, question) = Assert.Single(asked["inputRequests"]!.AsObject());
        Assert.Equal("approval_page", name);
        var url = question!["params"]!["url"]!.GetValue<string>();
        Assert.StartsWith($"{_folder.Page}approvals/", url, StringComparison.Ordinal);
        Assert.DoesNotContain("?", url, StringComparison.Ordinal);
        return (url.Split('/')[^1], asked["requestState"]!.GetValue<string>());
    }

    private async Task<string?> OpenAsync()
    {
        var workload = new JsonObject { ["resource_type"] = "deployment", ["namespace"] = _cluster.Namespace, ["name"] = "web" };
        var status = await CallAsync(_hosted, Token(), workload, state: null, responses: null, "k8s_rollout_status");
        return status["structuredContent"]!["pending_undo"]?["request_id"]!.GetValue<string>();
    }

    private string Token() => _issuer.Token(_hosted.Audience);

    private JsonObject Wish() => new()
    {
        ["resource_type"] = "deployment",
        ["namespace"] = _cluster.Namespace,
        ["name"] = "web",
        ["to_revision"] = 1,
        ["current_revision"] = 2,
        ["reason"] = "It crashes.",
    };

    private JsonObject With(string name, JsonNode value)
    {
        var wish = Wish();
        wish[name] = value;
        return wish;
    }

    private static JsonObject Said(string action) => new() { ["approval_page"] = new JsonObject { ["action"] = action } };

    private static string? Fact(JsonNode result, string name) => result["structuredContent"]?[name]?.GetValue<string>();

    private static string Text(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    // As a client of 2026-07-28 sends a call, with whatever it likes in it.
    private static async Task<JsonNode> CallAsync(
        HostedProcess server, string token, JsonObject arguments, string? state, JsonObject? responses, string tool = Undo)
    {
        var parameters = new JsonObject
        {
            ["name"] = tool,
            ["arguments"] = arguments,
            ["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
                ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "raw", ["version"] = "1" },
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject
                {
                    ["elicitation"] = new JsonObject { ["url"] = new JsonObject() },
                },
            },
        };
        if (state is not null)
            parameters["requestState"] = state;
        if (responses is not null)
            parameters["inputResponses"] = responses;
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Audience)
        {
            Content = new StringContent(
                new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tools/call", ["params"] = parameters }.ToJsonString(),
                Encoding.UTF8, "application/json"),
            Headers =
            {
                { "Accept", "application/json, text/event-stream" }, { "Authorization", $"Bearer {token}" },
                { "MCP-Protocol-Version", "2026-07-28" }, { "Mcp-Method", "tools/call" }, { "Mcp-Name", tool },
            },
        };
        using var answer = await Http.SendAsync(request, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        var json = text.Split('\n').FirstOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal))?[6..] ?? text;
        return JsonNode.Parse(json)!["result"] ?? throw new InvalidOperationException(text);
    }
}
