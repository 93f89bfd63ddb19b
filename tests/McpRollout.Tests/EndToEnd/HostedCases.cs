using System.Net;
using System.Text.Json;
using McpRollout.Tests.Hosted;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.EndToEnd;

/// <summary>An agent that calls over HTTP, with a token of the company's own.</summary>
public abstract partial class ClusterCases
{
    [Fact]
    public async Task AnAgentAsksOverHttpAndIsOnRecordByItsToken()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var hosted = await HostedProcess.StartAsync(folder, cluster,
            [.. issuer.Settings, "--Mcp:Issuers:0:PersonClaim=preferred_username"]);
        await using var agent = await hosted.ConnectAsync(issuer.Token(hosted.Audience, person: "alice"));

        var history = await OverHttpAsync(agent, "k8s_rollout_history", Workload(cluster, "deployment"));
        Assert.Equal("2", history.Text("current_revision"));
        var asked = await OverHttpAsync(agent, Undo, UndoOf(cluster, "deployment"));
        var id = asked.Text("request_id")!;
        Assert.Equal(("pending", $"{folder.Page}approvals/{id}"), (asked.Text("state"), asked.Text("approval_url")));

        using (var decided = await folder.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        JsonElement end;
        do
            end = await OverHttpAsync(agent, "k8s_rollout_undo_status", new { request_id = id, wait_seconds = 30 });
        while (end.Text("outcome", "rollout") is null or "progressing");

        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
        using var record = JsonDocument.Parse(
            File.ReadLines(folder.AuditFile).First(line => line.Contains("undo.requested", StringComparison.Ordinal)));
        Assert.Equal(("corp/agent-7", "ops-assistant", "alice"), (record.RootElement.Text("actor", "name"),
            record.RootElement.Text("actor", "client"), record.RootElement.Text("detail", "on_behalf_of")));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy");
    }

    private static async Task<JsonElement> OverHttpAsync(McpClient agent, string tool, object arguments)
    {
        var result = await agent.CallToolAsync(tool, ServerProcess.ArgumentsOf(arguments), cancellationToken: Cancelled);
        Assert.False(result.IsError is true, Assert.IsType<TextContentBlock>(result.Content[0]).Text);
        return result.StructuredContent!.Value;
    }
}
