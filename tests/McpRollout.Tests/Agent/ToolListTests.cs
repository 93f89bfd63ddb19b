using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Tests.Tools;
using ModelContextProtocol;

namespace McpRollout.Tests.Agent;

public sealed class ToolListTests
{
    public static TheoryData<string> Tools => [.. SchemaFiles.ToolNames];

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task WhatAClientIsShownIsWhatTheSchemaFilesSay(string version)
    {
        await using var rig = await AgentRig.StartAsync(version);

        var tools = await rig.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(version, rig.Client.NegotiatedProtocolVersion);
        Assert.Equal(SchemaFiles.ToolNames, tools.Select(tool => tool.Name));
        Assert.All(tools, tool => Assert.True(
            JsonNode.DeepEquals(SchemaFiles.Tool(tool.Name),
                JsonSerializer.SerializeToNode(tool.ProtocolTool, McpJsonUtilities.DefaultOptions)),
            tool.Name));
    }

    [Fact]
    public async Task ListingToolsTouchesNeitherStoreNorCluster()
    {
        await using var rig = await AgentRig.StartAsync(enrolled: false, carriesOut: false, kubeconfig: "not a kubeconfig");

        Assert.Equal(5, (await rig.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count);

        Assert.False(File.Exists(rig.StorePath));
        Assert.Empty(rig.Cluster.Faults.Requests);
    }

    [Fact]
    public async Task AReadOnlyServerHasNoUndoToolsAndSaysSo()
    {
        await using var rig = await AgentRig.StartAsync(settings: "--Cluster:ReadOnly=true");

        var tools = await rig.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["k8s_rollout_history", "k8s_rollout_status"], tools.Select(tool => tool.Name));
        Assert.Contains("cannot undo", rig.Client.ServerInstructions, StringComparison.Ordinal);
        Assert.DoesNotContain("k8s_rollout_undo", rig.Client.ServerInstructions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task TheServerSaysWhoItIsAndInWhichOrderToWork(string version)
    {
        await using var rig = await AgentRig.StartAsync(version);

        Assert.Equal("mcp-rollout", rig.Client.ServerInfo!.Name);
        Assert.Matches(@"^\d+\.\d+\.\d+", rig.Client.ServerInfo.Version);
        var instructions = rig.Client.ServerInstructions!;
        var order = new[] { "k8s_rollout_history", "Choose", "k8s_rollout_undo with", "k8s_rollout_undo_status", "Verify" };
        Assert.Equal(order.Order(Comparer<string>.Create((left, right) => Position(left).CompareTo(Position(right)))), order);
        Assert.InRange(Encoding.UTF8.GetByteCount(instructions), 1, 1200);

        int Position(string words) => instructions.IndexOf(words, StringComparison.Ordinal) is >= 0 and var at
            ? at
            : throw new InvalidOperationException(words);
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void EveryToolHasAllFourHintsAndNoOpenEnds(string name)
    {
        var tool = SchemaFiles.Tool(name);

        Assert.Equal(
            ["destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint"],
            tool["annotations"]!.AsObject().Select(hint => hint.Key).Order(StringComparer.Ordinal));
        Assert.Equal(name == "k8s_rollout_undo", tool["annotations"]!["destructiveHint"]!.GetValue<bool>());
        Assert.Equal(name is not ("k8s_rollout_undo" or "k8s_rollout_undo_cancel"), tool["annotations"]!["readOnlyHint"]!.GetValue<bool>());
        Assert.False(tool["inputSchema"]!["additionalProperties"]!.GetValue<bool>());
        Assert.InRange(tool["description"]!.GetValue<string>().Length, 20, 220);
    }
}
