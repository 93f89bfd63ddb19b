using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Hosted;
using McpRollout.Tests.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

/// <summary>Who is shown that a card is there, and what is told of it.</summary>
public sealed class RequestCardTests
{
    private const string Address = "ui://mcp-rollout/request";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What a client says that shows cards.</summary>
    internal static void Shows(McpClientOptions options) => options.Capabilities = new()
    {
        Extensions = new Dictionary<string, object>
        {
            ["io.modelcontextprotocol/ui"] = JsonDocument.Parse("""{"mimeTypes":["text/html;profile=mcp-app"]}""").RootElement,
        },
    };

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task AClientThatShowsCardsIsToldOfOneWithTheTwoToolsThatTellOfRequests(string version)
    {
        await using var rig = await AgentRig.StartAsync(version, client: Shows);

        Assert.True(rig.Client.ServerCapabilities.Extensions!.ContainsKey("io.modelcontextprotocol/ui"));
        var tools = await rig.Client.ListToolsAsync(cancellationToken: Cancelled);
        foreach (var tool in tools)
        {
            var contract = SchemaFiles.Tool(tool.Name);
            if (tool.Name is "k8s_rollout_undo" or "k8s_rollout_undo_status")
                contract["_meta"] = new JsonObject { ["ui"] = new JsonObject { ["resourceUri"] = Address } };
            var listed = JsonSerializer.SerializeToNode(tool.ProtocolTool, McpJsonUtilities.DefaultOptions);
            Assert.True(JsonNode.DeepEquals(contract, listed), tool.Name);
        }

        var page = Assert.IsType<TextResourceContents>(
            Assert.Single((await rig.Client.ReadResourceAsync(Address, cancellationToken: Cancelled)).Contents));
        Assert.Equal(("text/html;profile=mcp-app", Address), (page.MimeType, page.Uri));
        Assert.Equal(
            """{"connectDomains":[],"resourceDomains":[],"frameDomains":[],"baseUriDomains":[]}""",
            page.Meta!["ui"]!["csp"]!.ToJsonString());
        Assert.InRange(Encoding.UTF8.GetByteCount(page.Text), 1, 10_000);
        Assert.Empty(await rig.Client.ListResourcesAsync(cancellationToken: Cancelled));
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task OthersAreShownTheToolsAsTheyWere(string version)
    {
        await using var rig = await AgentRig.StartAsync(version, client: options => options.Capabilities = new()
        {
            Extensions = new Dictionary<string, object>
            {
                ["io.modelcontextprotocol/ui"] = JsonDocument.Parse("""{"mimeTypes":["text/html;profile=another"]}""").RootElement,
            },
        });

        var tools = await rig.Client.ListToolsAsync(cancellationToken: Cancelled);

        Assert.All(tools, tool => Assert.Null(tool.ProtocolTool.Meta));
        await Assert.ThrowsAsync<McpProtocolException>(
            async () => await rig.Client.ReadResourceAsync("ui://mcp-rollout/another", cancellationToken: Cancelled));
    }

    [Fact]
    public async Task AServerThatOnlyReadsHasNoCard()
    {
        await using var rig = await AgentRig.StartAsync(AgentRig.Old, client: Shows, settings: "--Cluster:ReadOnly=true");

        Assert.Null(rig.Client.ServerCapabilities.Extensions);
        Assert.Null(rig.Client.ServerCapabilities.Resources);
    }

    [Theory]
    [InlineData(AgentRig.Old, true, 2)]
    [InlineData(AgentRig.New, true, 2)]
    [InlineData(AgentRig.New, false, 0)]
    public async Task OverHttpWhoeverMayShowItIsToldOfIt(string version, bool shows, int told)
    {
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await using var hosted = await HostedProcess.StartAsync(folder, cluster, issuer.Settings);
        await using var client = await hosted.ConnectAsync(issuer.Token(hosted.Audience), version, shows ? Shows : null);

        Assert.Equal(told, (await client.ListToolsAsync(cancellationToken: Cancelled)).Count(tool => tool.ProtocolTool.Meta is not null));
        Assert.Single((await client.ReadResourceAsync(Address, cancellationToken: Cancelled)).Contents);
        await using var reading = await hosted.ConnectAsync(issuer.Token(hosted.Audience, scope: "rollout.read"), version, Shows);
        Assert.Null(reading.ServerCapabilities.Resources);
    }
}
