using McpRollout.Tests.Agent;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.EndToEnd;

/// <summary>The program as a client starts it that offers to open pages, with the approving side in it or elsewhere.</summary>
public sealed class PageOpeningOverStdioTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task AClientOfEitherEraIsAskedOnceToOpenThePage(string version)
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();

        await IsAskedAsync(folder, cluster, version, 0, [.. folder.Settings]);
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task AnAgentsSideAsksForThePageOfTheApprovingSide(string version)
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await Sides.StartAsync(
            folder, (cluster.Kubeconfig, cluster.Context), (cluster.Kubeconfig, cluster.Context));

        // It is asked before the wait begins, and told all of the request afterwards.
        await IsAskedAsync(folder, cluster, version, 3,
            ["--Approvals:Host=false", $"--Approvals:Server={folder.Page}", $"--Approvals:TokenFile={sides.TokenFile}",
                $"--Storage:Path={Path.Combine(folder.Path, "not-there", "state.db")}"]);
    }

    private static async Task IsAskedAsync(
        StateFolder folder, ClusterUnderTest cluster, string version, int wait, string[] settings)
    {
        var (progress, waitedBefore) = (new ProgressLog(), false);
        var opening = new OpeningClient(_ =>
        {
            waitedBefore = progress.HasBegun;
            return Task.FromResult("decline");
        });
        var options = new McpClientOptions { ProtocolVersion = version };
        opening.Offer(options);
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new()
            {
                Command = BuiltProgram.Path,
                Arguments =
                [
                    .. settings, $"--Cluster:Kubeconfig={cluster.Kubeconfig}", $"--Cluster:Context={cluster.Context}",
                ],
            }),
            options,
            cancellationToken: Cancelled);

        var result = await client.CallToolAsync("k8s_rollout_undo", ServerProcess.ArgumentsOf(new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "It crashes.",
            wait_seconds = wait,
        }), progress, cancellationToken: Cancelled);

        var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.False(result.IsError, text);
        var facts = result.StructuredContent!.Value;
        Assert.Equal(("pending", $"{folder.Page}approvals/{facts.Text("request_id")}"), (facts.Text("state"), facts.Text("approval_url")));
        Assert.Equal(facts.Text("approval_url"), Assert.Single(opening.Asked).Url);
        Assert.Contains("The client says that the link was not opened (decline).", text, StringComparison.Ordinal);
        Assert.Contains(facts.Text("match_code")!, text, StringComparison.Ordinal);
        Assert.Contains("changes:", text, StringComparison.Ordinal);
        Assert.False(waitedBefore);
        Assert.Equal("pending", (await folder.ReadAsync(facts.Text("request_id")!)).Text("state"));
    }
}
