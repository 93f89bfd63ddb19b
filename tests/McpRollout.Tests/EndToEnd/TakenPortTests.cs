using System.Net;
using System.Net.Sockets;
using McpRollout.Tests.Agent;

namespace McpRollout.Tests.EndToEnd;

/// <summary>Another program has the page's port: whoever is sent there would tell it a passphrase.</summary>
public sealed class TakenPortTests
{
    [Fact]
    public async Task No_answer_names_the_address_until_the_page_has_it()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        using var stranger = new TcpListener(IPAddress.Loopback, folder.Port);
        stranger.Start();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var workload = new { resource_type = "deployment", @namespace = cluster.Namespace, name = "web" };

        var asked = await server.CallAsync("k8s_rollout_undo", new
        {
            workload.resource_type,
            workload.@namespace,
            workload.name,
            to_revision = 1,
            current_revision = 2,
            reason = "the new version fails",
        });
        var id = asked.Text("request_id")!;
        var told = new[]
        {
            asked,
            await server.CallAsync("k8s_rollout_undo_status", new { request_id = id }),
            await server.CallAsync("k8s_rollout_status", workload),
        };
        Assert.All(told, answer => Assert.DoesNotContain($"{folder.Port}/", answer.GetRawText(), StringComparison.Ordinal));
        Assert.Contains(
            $"Another program listens at localhost:{folder.Port}, so the approval page cannot be served: type no passphrase there.",
            asked.Text("next_step"), StringComparison.Ordinal);
        Assert.Contains($"mcp-rollout approvals approve {id}", asked.Text("next_step"), StringComparison.Ordinal);
        var progress = new ProgressLog();
        var waiting = server.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 1 }, progress);
        Assert.Equal(
            $"Waiting for a decision at a terminal, as no approval page is served (match code {asked.Text("match_code")}).",
            await progress.FirstOfAsync(waiting));
        await waiting;

        stranger.Stop();
        await ServerProcess.PageIsUpAsync(folder);
        string? url;
        while ((url = (await server.CallAsync("k8s_rollout_undo_status", new { request_id = id })).Text("approval_url")) is null)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal($"{folder.Page}approvals/{id}", url);
        using var decided = await server.DecideAsync(id, "approve");
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        Assert.Equal("applied", (await server.EndOfAsync(id)).Text("state"));
    }
}
