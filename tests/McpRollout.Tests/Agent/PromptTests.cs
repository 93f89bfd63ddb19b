using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

public sealed class PromptTests
{
    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task AnIncidentIsWalkedThroughInTheSafeOrder(string version)
    {
        await using var rig = await AgentRig.StartAsync(version);

        var prompt = Assert.Single(await rig.Client.ListPromptsAsync(cancellationToken: TestContext.Current.CancellationToken));
        var text = await TextAsync(rig, ("namespace", "shop"), ("name", "checkout"), ("resource_type", "deployment"),
            ("symptom", "it \u202Ecrashes"));

        Assert.Equal("investigate_rollout", prompt.Name);
        Assert.Equal(["namespace", "name", "resource_type"],
            prompt.ProtocolPrompt.Arguments!.Where(argument => argument.Required is true).Select(argument => argument.Name));
        string[] order = ["k8s_rollout_status", "k8s_rollout_history", "k8s_rollout_undo with", "approval_url", "k8s_rollout_undo_status"];
        Assert.Equal(order.Select(step => text.IndexOf(step, StringComparison.Ordinal)).Order(),
            order.Select(step => text.IndexOf(step, StringComparison.Ordinal)));
        Assert.Contains("deployment checkout in namespace shop. What is seen, in the user's words: \"it \\u202Ecrashes\"", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReadOnlyServerDoesNotSpeakOfUndoTools()
    {
        await using var rig = await AgentRig.StartAsync(settings: "--Cluster:ReadOnly=true");

        var text = await TextAsync(rig, ("namespace", "shop"), ("name", "checkout"), ("resource_type", "deployment"));

        Assert.DoesNotContain("k8s_rollout_undo", text, StringComparison.Ordinal);
        Assert.Contains("only reads", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllMistakesInItsArgumentsAreToldAtOnce()
    {
        await using var rig = await AgentRig.StartAsync();

        var refused = await Assert.ThrowsAsync<McpProtocolException>(
            () => TextAsync(rig, ("name", ""), ("resource_type", "pod"), ("pods", "x")));

        foreach (var mistake in new[] { "Give namespace.", "Give name.", "not 'pod'", "no argument 'pods'" })
            Assert.Contains(mistake, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(AgentRig rig, params (string Name, string Value)[] arguments)
    {
        var result = await rig.Client.GetPromptAsync(
            "investigate_rollout",
            arguments.ToDictionary(argument => argument.Name, argument => (object?)argument.Value),
            cancellationToken: TestContext.Current.CancellationToken);
        return Assert.IsType<TextContentBlock>(Assert.Single(result.Messages).Content).Text;
    }
}
