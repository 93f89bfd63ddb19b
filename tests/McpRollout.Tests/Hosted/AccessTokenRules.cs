using System.Net;
using System.Text.Json;
using McpRollout.Tests.EndToEnd;
using McpRollout.Web.Limits;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Hosted;

/// <summary>Who may call <c>/mcp</c>, and what. The issuer, the tokens and the requests are real.</summary>
public sealed class AccessTokenRules : IAsyncLifetime
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
    private const string Undo = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"k8s_rollout_undo","arguments":{}}}""";

    private StateFolder _folder = null!;
    private TestIssuer _issuer = null!;
    private ClusterUnderTest _cluster = null!;
    private HostedProcess _hosted = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = await StateFolder.CreateAsync();
        _issuer = await TestIssuer.StartAsync();
        _cluster = await ClusterUnderTest.PracticeAsync();
        _hosted = await HostedProcess.StartAsync(_folder, _cluster, _issuer.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _hosted.DisposeAsync();
        await _cluster.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WithoutATokenAClientIsToldWhereToGetOne()
    {
        using var refused = await _hosted.PostAsync(token: null, List);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var metadata = $"{_folder.Page}.well-known/oauth-protected-resource/mcp";
        Assert.Equal($"Bearer scope=\"rollout.read\", resource_metadata=\"{metadata}\"", refused.Headers.WwwAuthenticate.ToString());

        using var told = JsonDocument.Parse(await _hosted.GetAsync(metadata));
        Assert.Equal(_hosted.Audience, told.RootElement.Text("resource"));
        Assert.Equal($"[\"{_issuer.Issuer}\"]", told.RootElement.Text("authorization_servers"));
        Assert.Equal("""["rollout.read","rollout.undo"]""", told.RootElement.Text("scopes_supported"));
    }

    [Fact]
    public async Task ATokenCountsOnlyIfItIsWhole()
    {
        var published = _issuer.ByThePublishedKey();
        var foreign = $"{_folder.Page}";
        (string Why, string Token)[] wrong =
        [
            ("no token at all", "x"),
            ("for another server", _issuer.Token(foreign)),
            ("out of date", _issuer.Token(_hosted.Audience, expires: DateTime.UtcNow.AddMinutes(-5))),
            ("of another issuer", _issuer.Token(_hosted.Audience, issuer: "http://localhost:9")),
            ("signed by another key", _issuer.Token(_hosted.Audience, signing: TestIssuer.ByAnotherKey())),
            ("signed with the published key", _issuer.Token(_hosted.Audience, signing: published)),
            ("not signed", Unsigned(_issuer.Token(_hosted.Audience))),
            ("of nobody", _issuer.Token(_hosted.Audience, subject: null)),
        ];
        foreach (var (why, token) in wrong)
        {
            using var refused = await _hosted.PostAsync(token, List);
            Assert.True(refused.StatusCode == HttpStatusCode.Unauthorized, $"{why}: {refused.StatusCode}");
            Assert.Contains("error=\"invalid_token\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        using var taken = await _hosted.PostAsync(_issuer.Token(_hosted.Audience), List);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Fact]
    public async Task WhoMayOnlyReadSeesNoUndoAndCannotCallIt()
    {
        var token = _issuer.Token(_hosted.Audience, scope: "openid rollout.read");
        await using var agent = await _hosted.ConnectAsync(token);
        Assert.Equal(["k8s_rollout_history", "k8s_rollout_status"],
            (await agent.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Select(tool => tool.Name));

        using var refused = await _hosted.PostAsync(token, Undo);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.StartsWith("Bearer error=\"insufficient_scope\", scope=\"rollout.undo\"", refused.Headers.WwwAuthenticate.ToString(),
            StringComparison.Ordinal);

        // What the status is taken from may be read otherwise than what is called: the tool is not there in any case.
        using var twice = await _hosted.PostAsync(token, Undo.Replace("\"name\":\"k8s_rollout_undo\"",
            "\"name\":\"k8s_rollout_undo\",\"name\":\"k8s_rollout_status\"", StringComparison.Ordinal));
        Assert.DoesNotContain("approval_url", await twice.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        using var nothing = await _hosted.PostAsync(_issuer.Token(_hosted.Audience, scope: "openid"), List);
        Assert.Equal(HttpStatusCode.Forbidden, nothing.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task ClientsOfBothErasAreServed(string? version)
    {
        await using var agent = await _hosted.ConnectAsync(_issuer.Token(_hosted.Audience), version);

        Assert.Equal(5, (await agent.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count);
        Assert.Single(await agent.ListPromptsAsync(cancellationToken: TestContext.Current.CancellationToken));
        var answer = await agent.CallToolAsync("k8s_rollout_status", new Dictionary<string, object?>
        {
            ["resource_type"] = "deployment",
            ["namespace"] = _cluster.Namespace,
            ["name"] = "nobody",
        }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(answer.IsError);
        Assert.Contains("nobody", Assert.IsType<TextContentBlock>(answer.Content[0]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAgentTakesBackOnlyWhatItsOwnTokenAskedFor()
    {
        await _cluster.MakeAsync("deployment");
        await using var asking = await _hosted.ConnectAsync(_issuer.Token(_hosted.Audience));
        await using var other = await _hosted.ConnectAsync(_issuer.Token(_hosted.Audience, subject: "agent-8"));
        var asked = await CallAsync(asking, "k8s_rollout_undo", new()
        {
            ["resource_type"] = "deployment",
            ["namespace"] = _cluster.Namespace,
            ["name"] = "web",
            ["to_revision"] = 1,
            ["current_revision"] = 2,
            ["reason"] = "The new release is broken.",
        });
        var cancel = new Dictionary<string, object?>
        {
            ["request_id"] = asked.StructuredContent!.Value.Text("request_id"),
            ["reason"] = "not needed",
        };

        var refused = await CallAsync(other, "k8s_rollout_undo_cancel", cancel);
        Assert.True(refused.IsError);
        Assert.Contains("asked for on behalf of corp/agent-7, and only that side takes it back",
            Assert.IsType<TextContentBlock>(refused.Content[0]).Text, StringComparison.Ordinal);
        Assert.Equal("cancelled", (await CallAsync(asking, "k8s_rollout_undo_cancel", cancel)).StructuredContent!.Value.Text("state"));
    }

    [Fact]
    public async Task NoMoreThanSoManyCallsOfOneCallerAreAnsweredInAMinute()
    {
        var (flooding, other) = (_issuer.Token(_hosted.Audience), _issuer.Token(_hosted.Audience, subject: "agent-8"));
        var statuses = new List<HttpStatusCode>();
        for (var call = 0; call <= MinuteLimit.PerMinute; call++)
        {
            using var answer = await _hosted.PostAsync(flooding, List);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        using var served = await _hosted.PostAsync(other, List);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task NoTokenOfAnAgentOpensTheWayToADecision()
    {
        var token = _issuer.Token(_hosted.Audience);
        using var decided = await _hosted.PostAsync(token, """
            {"decision":"approve","plan":"sha256:0000000000000000000000000000000000000000000000000000000000000000","approver":"alice"}
            """, "approvals/undo-0/decision");
        Assert.Equal(HttpStatusCode.BadRequest, decided.StatusCode);
        using var atAgents = await _hosted.PostAsync(token, "{}", "agent/tools/k8s_rollout_undo");
        Assert.Equal(HttpStatusCode.Unauthorized, atAgents.StatusCode);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{\"jsonrpc\":\"2.0\"}]")]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("{\"method\":7,\"params\":[]}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"\\ud800\"}}")]
    public async Task WhatIsNoMessageIsRefusedInWords(string body)
    {
        using var refused = await _hosted.PostAsync(_issuer.Token(_hosted.Audience), body);
        var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"error\":{", text, StringComparison.Ordinal);
        Assert.True(refused.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.OK, $"{refused.StatusCode}: {text}");
    }

    private static async Task<CallToolResult> CallAsync(McpClient agent, string tool, Dictionary<string, object?> arguments) =>
        await agent.CallToolAsync(tool, arguments, cancellationToken: TestContext.Current.CancellationToken);

    private static string Unsigned(string token) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.";
}
