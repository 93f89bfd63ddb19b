using System.Net;
using System.Text.Json;
using static McpRollout.Tests.EndToEnd.Told;

namespace McpRollout.Tests.EndToEnd;

/// <summary>A release that the real helm made, rolled back by it after an approval.</summary>
public abstract class ReleaseCases
{
    private static readonly string[] Settings = ["--Helm:Enabled=true"];

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Fact]
    public async Task AReleaseGoesBackToTheChosenRevisionAfterAnApproval()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster);
        await chart.UpgradeAsync("app:2", mode: "wild");
        await chart.UpgradeAsync("app:3-crash", mode: "wild", waits: false);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await StartAsync(folder, cluster);

        var history = await server.CallAsync("k8s_rollout_history", Web(cluster));
        Assert.Equal(("helm_release", "3"), (history.Text("resource", "resource_type"), history.Text("current_revision")));
        var asked = await server.CallAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 3));
        Assert.Contains("Deployment web: container app: image app:3-crash -> app:1", Changes(asked));
        Assert.Contains(Changes(asked), line => line.StartsWith("ConfigMap web-mode", StringComparison.Ordinal));
        Assert.Contains("helm rollback web 1", asked.GetProperty("steps").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(3, (await chart.HistoryAsync()).Count);

        await ApproveAsync(server, asked);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "healthy", "4"), (end.Text("state"), end.Text("outcome", "rollout"), end.Text("outcome", "revision")));
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
        Assert.Equal("calm", await cluster.KubectlAsync("get configmap/web-mode -o jsonpath={.data.mode}"));
        Assert.Equal(("deployed", "Rollback to 1"), (await chart.HistoryAsync())[3]);
        Assert.Equal(["undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy"],
            Recorded(folder).Where(name => name.StartsWith("undo.", StringComparison.Ordinal) || name == "rollout.healthy"));
    }

    [Fact]
    public async Task WhoseReleaseMovedOnIsStaleAndHelmIsNotRun()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster);
        await chart.UpgradeAsync("app:2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await StartAsync(folder, cluster);
        var asked = await server.CallAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 2));
        await chart.UpgradeAsync("app:3");

        await ApproveAsync(server, asked);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal("stale", end.Text("state"));
        Assert.StartsWith("helm_release/web has got revision 3 since it was shown", end.Text("outcome", "message"),
            StringComparison.Ordinal);
        Assert.Equal(3, (await chart.HistoryAsync()).Count);
    }

    [Fact]
    public async Task AHelmThatIsKilledInTheMiddleIsToldTrulyAndTheWayOutIsAnotherRollback()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster, hook: true);
        await chart.UpgradeAsync("app:2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await StartAsync(folder, cluster);
        var asked = await server.CallAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 2));
        Assert.Contains("Helm runs these hooks: Pod before-rollback (pre-rollback).", asked.GetProperty("steps").GetRawText(),
            StringComparison.Ordinal);
        await ApproveAsync(server, asked);
        while ((await chart.HistoryAsync()).Count < 3)
            await Task.Yield();
        await chart.KillRollbackAsync();

        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "degraded"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Contains("Helm ended before it was done, and revision 3 stays pending-rollback", end.Text("outcome", "message"),
            StringComparison.Ordinal);
        Assert.Equal("app:2", await cluster.ImageAsync("deployment"));
        Assert.Equal("pending-rollback", (await chart.HistoryAsync())[2].Status);
    }

    [Fact]
    public async Task AServerThatIsKilledWhileHelmRunsDoesNotEndItAndTheNextOneTellsWhatCameOfIt()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster, image: "app:1-slow");
        await chart.UpgradeAsync("app:2");
        using var folder = await StateFolder.CreateAsync();
        string request;
        await using (var server = await StartAsync(folder, cluster))
        {
            var asked = await server.CallAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 2));
            request = asked.Text("request_id")!;
            await ApproveAsync(server, asked);
            while ((await chart.HistoryAsync()).Count < 3)
                await Task.Yield();
            await server.KillAsync();
        }

        Assert.Equal("pending-rollback", (await chart.HistoryAsync())[2].Status);
        await using var next = await StartAsync(folder, cluster);
        var end = await next.EndOfAsync(request);

        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal("app:1-slow", await cluster.ImageAsync("deployment"));
        Assert.Equal(["superseded", "superseded", "deployed"], (await chart.HistoryAsync()).Select(each => each.Status));
    }

    private static Task<ServerProcess> StartAsync(StateFolder folder, ClusterUnderTest cluster) =>
        ServerProcess.StartAsync(folder, cluster, [.. Settings, $"--Helm:Program={HelmChart.Program}"]);

    private static object Web(ClusterUnderTest cluster) => new
    {
        resource_type = "helm_release",
        @namespace = cluster.Namespace,
        name = "web",
    };

    private static object Undo(ClusterUnderTest cluster, int to, int current) => new
    {
        resource_type = "helm_release",
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = to,
        current_revision = current,
        reason = "The upgrade fails.",
        wait_seconds = 0,
    };

    private static async Task ApproveAsync(ServerProcess server, JsonElement asked)
    {
        using var answer = await server.DecideAsync(asked.Text("request_id")!, "approve");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static IEnumerable<string> Changes(JsonElement asked) =>
        asked.GetProperty("changes").EnumerateArray().Select(line => line.GetString()!);
}

public sealed class ReleasesOnThePracticeCluster : ReleaseCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class ReleasesOnARealControlPlane : ReleaseCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}
