using System.Net;
using System.Text.Json;
using McpRollout.Tests.Broker;
using McpRollout.Tests.EndToEnd;
using ModelContextProtocol.Client;

namespace McpRollout.Tests.Hosted;

/// <summary>Several servers on one PostgreSQL, each as on a host of its own, behind one address.</summary>
public sealed class ReplicaRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatWasAskedForAtAReplicaThatIsGoneIsDecidedAndCarriedOutAtAnother()
    {
        await using var store = TempStore.Create(kind: StoreKind.Postgres);
        await store.EnrolAsync(StateFolder.Approver);
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        await using var issuer = await TestIssuer.StartAsync();
        using StateFolder one = StateFolder.On(store), another = StateFolder.On(store);
        string[] settings = [.. issuer.Settings, $"--Approvals:PublicUrl={one.Page.GetLeftPart(UriPartial.Authority)}"];
        await using var first = await HostedProcess.StartAsync(one, cluster, settings);
        await using var second = await HostedProcess.StartAsync(another, cluster, settings);
        var token = issuer.Token(first.Audience);
        await using var asking = await first.ConnectAsync(token);
        await using var following = await second.ConnectAsync(token);
        var asked = await CallAsync(asking, "k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "it fails",
        });
        var id = asked.Text("request_id")!;
        Assert.Equal($"{one.Page}approvals/{id}", asked.Text("approval_url"));

        first.Terminate();
        Assert.Equal(0, await first.EndAsync());
        using (var decided = await another.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);

        JsonElement end;
        do
            end = await CallAsync(following, "k8s_rollout_undo_status", new { request_id = id, wait_seconds = 30 });
        while (end.Text("outcome", "rollout") is null or "progressing");
        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
    }

    private static async Task<JsonElement> CallAsync(McpClient agent, string tool, object arguments) =>
        (await agent.CallToolAsync(tool, ServerProcess.ArgumentsOf(arguments), cancellationToken: Cancelled)).StructuredContent!.Value;
}
