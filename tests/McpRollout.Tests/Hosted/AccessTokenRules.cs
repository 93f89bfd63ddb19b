using System.Net;
using System.Text;
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
    private TestIssuer _other = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = await StateFolder.CreateAsync();
        _issuer = await TestIssuer.StartAsync();
        _cluster = await ClusterUnderTest.PracticeAsync();
        _other = await TestIssuer.StartAsync();
        _hosted = await HostedProcess.StartAsync(_folder, _cluster,
            [
                .. _issuer.Settings, "--Mcp:Issuers:1:Name=guests", $"--Mcp:Issuers:1:Issuer={_other.Issuer}",
                "--Mcp:Issuers:1:PersonClaim=preferred_username",
            ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _hosted.DisposeAsync();
        await _cluster.DisposeAsync();
        await _issuer.DisposeAsync();
        await _other.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WithoutATokenAClientIsToldWhereToGetOne()
    {
        using var refused = await _hosted.PostAsync(token: null, List);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var metadata = $"{_folder.Page}.well-known/oauth-protected-resource/mcp";
        Assert.Equal($"Bearer scope=\"rollout.read rollout.undo\", resource_metadata=\"{metadata}\"",
            refused.Headers.WwwAuthenticate.ToString());

        using var told = JsonDocument.Parse(await _hosted.GetAsync(metadata));
        Assert.Equal(_hosted.Audience, told.RootElement.Text("resource"));
        Assert.Equal($"[\"{_issuer.Issuer}\",\"{_other.Issuer}\"]", told.RootElement.Text("authorization_servers"));
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
            ("nothing in its parts", "a.b.c"),
            ("no object", $"{Part("{}")}.{Part("7")}.{Part("x")}"),
            ("an issuer that is no text", $"{Part("{\"alg\":\"ES256\"}")}.{Part("{\"iss\":7}")}.{Part("x")}"),
            ("encrypted", "a.b.c.d.e"),
            ("of another known issuer, by its say", _issuer.Token(_hosted.Audience, issuer: _other.Issuer)),
            ("of a name that would be cut", _issuer.Token(_hosted.Audience, subject: new string('a', 256))),
            ("of a name with what is not seen", _issuer.Token(_hosted.Audience, subject: "agent\u202e-7")),
            ("of no person", _other.Token(_hosted.Audience)),
            ("of an empty person", _other.Token(_hosted.Audience, person: "")),
            ("of a person of no approver's spelling", _other.Token(_hosted.Audience, person: "Alice Smith")),
            ("of no client", _issuer.Token(_hosted.Audience, client: null)),
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

        foreach (var right in new[] { _issuer.Token(_hosted.Audience), _other.Token(_hosted.Audience, person: "alice") })
        {
            using var taken = await _hosted.PostAsync(right, List, path: "mcp/");
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }
    }

    [Fact]
    public async Task WhileAnIssuersKeysCannotBeReadNobodySaysThatItsTokensAreWrong()
    {
        var token = _issuer.Token(_hosted.Audience);
        await _issuer.DisposeAsync();

        using var unknown = await _hosted.PostAsync(token, List, waitsForKeys: false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        Assert.NotNull(unknown.Headers.RetryAfter);
        using var others = await _hosted.PostAsync(_other.Token(_hosted.Audience, person: "alice"), List);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    [Fact]
    public async Task ATokenIsLookedAtWhereAgentsCallAndNowhereElse()
    {
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var hosted = await HostedProcess.StartAsync(folder, _cluster, issuer.Settings);
        var token = issuer.Token(hosted.Audience);

        using var elsewhere = await hosted.PostAsync(token, "{}", path: "approvals/undo-0/decision");
        Assert.Equal((HttpStatusCode.BadRequest, 0), (elsewhere.StatusCode, issuer.Asked));
        using var called = await hosted.PostAsync(token, List);
        Assert.Equal((HttpStatusCode.OK, 1), (called.StatusCode, issuer.Asked));
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
        using var unseen = await _hosted.PostAsync(token, Undo, encoding: Encoding.Unicode);
        Assert.Equal(HttpStatusCode.OK, unseen.StatusCode);
        Assert.Contains("Unknown tool: ", await unseen.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
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
        await using var asking = await _hosted.ConnectAsync(_other.Token(_hosted.Audience, person: "alice"));
        await using var other = await _hosted.ConnectAsync(_other.Token(_hosted.Audience, person: "alice", subject: "agent-8"));
        var asked = await CallAsync(asking, "k8s_rollout_undo", UndoOf());
        var cancel = new Dictionary<string, object?>
        {
            ["request_id"] = asked.StructuredContent!.Value.Text("request_id"),
            ["reason"] = "not needed",
        };

        var refused = await CallAsync(other, "k8s_rollout_undo_cancel", cancel);
        Assert.True(refused.IsError);
        Assert.Contains("asked for by guests/agent-7, and only that side takes it back",
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
        using var refused = await _hosted.PostAsync(flooding, List);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        using var served = await _hosted.PostAsync(other, List);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task NoTokenOfAnAgentOpensTheWayToADecision()
    {
        await _cluster.MakeAsync("deployment");
        var token = _issuer.Token(_hosted.Audience);
        await using var agent = await _hosted.ConnectAsync(token);
        var id = (await CallAsync(agent, "k8s_rollout_undo", UndoOf())).StructuredContent!.Value.Text("request_id")!;
        var plan = (await _folder.ReadAsync(id)).Text("plan");

        using var decided = await _hosted.PostAsync(token, JsonSerializer.Serialize(
            new { decision = "approve", plan, approver = StateFolder.Approver, passphrase = token, comment = "mine" }),
            path: $"approvals/{id}/decision");
        Assert.Equal(HttpStatusCode.Unauthorized, decided.StatusCode);
        using var atAgents = await _hosted.PostAsync(token, "{}", path: "agent/tools/k8s_rollout_undo");
        Assert.Equal(HttpStatusCode.Unauthorized, atAgents.StatusCode);
        Assert.Equal("pending", (await _folder.ReadAsync(id)).Text("state"));
    }

    [Fact]
    public async Task ATokenOfTheSettingsCallsOnlyWhereTheyLetIt()
    {
        using var folder = await StateFolder.CreateAsync();
        var settings = new List<string>();
        var tokens = new List<string>();
        foreach (var (at, letsCall) in new[] { true, false }.Index())
        {
            var file = Path.Combine(folder.Path, $"{at}.token");
            var made = await BuiltProgram.RunAsync(["approvals", "agent-token", file]);
            tokens.Add((await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim());
            settings.AddRange(
                [
                    $"--Approvals:Agents:{at}:Name=agent-{at}", $"--Approvals:Agents:{at}:OverHttp={letsCall}",
                    $"--{made.Output.Trim().Replace(":N:", $":{at}:", StringComparison.Ordinal)}",
                ]);
        }

        await using var hosted = await HostedProcess.StartAsync(folder, _cluster, settings);
        using var called = await hosted.PostAsync(tokens[0], List);
        using var refused = await hosted.PostAsync(tokens[1], List);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (called.StatusCode, refused.StatusCode));
        Assert.DoesNotContain("resource_metadata", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARuleForOneAgentIsNoneForAnother()
    {
        await _cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var hosted = await HostedProcess.StartAsync(folder, _cluster,
            [.. _issuer.Settings, "--Policies:Rules:0:Name=assistants only", "--Policies:Rules:0:Requesters:0=corp/intern*",
                "--Policies:Rules:0:Deny=true"]);
        await using var intern = await hosted.ConnectAsync(_issuer.Token(hosted.Audience, subject: "intern-1"));
        await using var agent = await hosted.ConnectAsync(_issuer.Token(hosted.Audience));

        var refused = await CallAsync(intern, "k8s_rollout_undo", UndoOf());
        Assert.Contains("assistants only", Assert.IsType<TextContentBlock>(refused.Content[0]).Text, StringComparison.Ordinal);
        Assert.True(refused.IsError);
        Assert.Equal("pending", (await CallAsync(agent, "k8s_rollout_undo", UndoOf())).StructuredContent!.Value.Text("state"));
    }

    [Fact]
    public async Task WhereTheRequesterMayNotApproveTokensMustNameThePerson()
    {
        var (exitCode, _, errors) = await BuiltProgram.RunAsync(
            ["serve", .. _folder.Settings, .. _issuer.Settings, "--Policies:Default:RequesterMayApprove=false"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("set its PersonClaim", errors, StringComparison.Ordinal);
        (exitCode, _, errors) = await BuiltProgram.RunAsync(["serve", .. _folder.Settings]);
        Assert.Equal(2, exitCode);
        Assert.Contains("Nobody could call at /mcp", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{\"jsonrpc\":\"2.0\"}]")]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("{\"method\":7,\"params\":[]}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"\\ud800\"}}")]
    public async Task WhatIsNoMessageIsRefusedInWords(string body)
    {
        using var refused = await _hosted.PostAsync(_issuer.Token(_hosted.Audience), body);
        var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Matches("\"error\":\\{|\"detail\":", text);
        Assert.True(refused.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.OK, $"{refused.StatusCode}: {text}");
    }

    private Dictionary<string, object?> UndoOf() => new()
    {
        ["resource_type"] = "deployment",
        ["namespace"] = _cluster.Namespace,
        ["name"] = "web",
        ["to_revision"] = 1,
        ["current_revision"] = 2,
        ["reason"] = "The new release is broken.",
    };

    private static async Task<CallToolResult> CallAsync(McpClient agent, string tool, Dictionary<string, object?> arguments) =>
        await agent.CallToolAsync(tool, arguments, cancellationToken: TestContext.Current.CancellationToken);

    private static string Part(string text) => Base64UrlEncoder.Encode(text);

    private static string Unsigned(string token) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.";
}
