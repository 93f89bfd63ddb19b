using System.Net;
using System.Text.Json;

namespace McpRollout.Tests.EndToEnd;

/// <summary>Two clusters behind one server, with the same workload in both.</summary>
public abstract partial class ClusterCases
{
    [Fact]
    public async Task OfTwoClustersTheOneThatWasNamedIsUndoneAndTheOtherIsNotTouched()
    {
        await using var blue = await StartClusterAsync();
        await using var green = await ClusterUnderTest.PracticeAsync(blue.Namespace);
        await blue.MakeAsync("deployment");
        await green.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(
            folder, [.. Named("blue", blue, "Production=true"), .. Named("green", green)]);

        var asked = await server.CallAsync("k8s_rollout_undo", UndoIn("blue", blue));
        var id = asked.Text("request_id")!;
        Assert.Equal("blue", asked.Text("resource", "cluster"));
        var other = (await server.CallAsync("k8s_rollout_undo", UndoIn("green", green))).Text("request_id");
        Assert.NotEqual(id, other);
        var page = await server.PageAsync($"approvals/{id}");
        Assert.Contains("on cluster <b>blue</b> <span class=\"mark\">production</span>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"mark\"", await server.PageAsync($"approvals/{other}"), StringComparison.Ordinal);

        using (var decided = await server.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        var end = await server.EndOfAsync(id);

        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal(("app:1", "app:2"), (await blue.ImageAsync("deployment"), await green.ImageAsync("deployment")));
        Assert.Equal(0, green.WritesBy("mcp-rollout"));
        var record = File.ReadLines(folder.AuditFile).Select(line => JsonDocument.Parse(line).RootElement)
            .Last(each => each.Text("event") == "undo.applied");
        Assert.Equal("blue", record.Text("target", "cluster"));
        Assert.Equal("pending", (await server.CallAsync("k8s_rollout_status", WorkloadIn("green", green))).Text("pending_undo", "state"));
    }

    [Fact]
    public async Task WhatIsApprovedInSeveralClustersIsCarriedOutInEachByWhoeverIsThere()
    {
        await using var blue = await StartClusterAsync();
        await using var green = await ClusterUnderTest.PracticeAsync(blue.Namespace);
        await blue.MakeAsync("statefulset");
        await green.MakeAsync("statefulset");
        using var folder = await StateFolder.CreateAsync();
        List<string> ids = [];
        await using (var first = await ServerProcess.StartAsync(folder, [.. Named("blue", blue), .. Named("green", green)]))
        {
            foreach (var (name, cluster) in new[] { ("blue", blue), ("green", green) })
                ids.Add((await first.CallAsync("k8s_rollout_undo", UndoIn(name, cluster, "statefulset"))).Text("request_id")!);
            await first.KillAsync();
        }

        await using (var only = await ServerProcess.StartAsync(folder, [.. Named("blue", blue)]))
        {
            foreach (var id in ids)
                (await only.DecideAsync(id, "approve")).Dispose();
            Assert.Equal("applied", (await only.EndOfAsync(ids[0])).Text("state"));
            Assert.Equal("approved", (await only.CallAsync("k8s_rollout_undo_status", new { request_id = ids[1] })).Text("state"));
            Assert.Contains("is for another cluster", await only.PageAsync($"approvals/{ids[1]}"), StringComparison.Ordinal);
        }

        await using var second = await ServerProcess.StartAsync(folder, [.. Named("blue", blue), .. Named("green", green)]);
        Assert.Equal("applied", (await second.EndOfAsync(ids[1])).Text("state"));
        Assert.Equal(1, green.WritesBy("mcp-rollout"));
    }

    /// <summary>What names a cluster in the settings.</summary>
    internal static IEnumerable<string> Named(string name, ClusterUnderTest cluster, params string[] more) =>
    [
        $"--Clusters:{name}:Kubeconfig={cluster.Kubeconfig}", $"--Clusters:{name}:Context={cluster.Context}",
        .. more.Select(setting => $"--Clusters:{name}:{setting}"),
    ];

    private static object WorkloadIn(string name, ClusterUnderTest cluster, string kind = "deployment") =>
        new { cluster = name, resource_type = kind, @namespace = cluster.Namespace, name = "web" };

    private static object UndoIn(string name, ClusterUnderTest cluster, string kind = "deployment") => new
    {
        cluster = name,
        resource_type = kind,
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = 1,
        current_revision = 2,
        reason = "The new release is broken.",
    };
}
