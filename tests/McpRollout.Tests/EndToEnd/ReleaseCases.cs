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

            // The release's pods are ready 3 seconds later, which helm, asked again and again, can miss.
            while (await cluster.KubectlAsync("get secrets -l owner=helm,name=web,version=3 -o name") == "")
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

    [Fact]
    public async Task TheRulesOfItsWorkloadsHoldForARelease()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster);
        await chart.UpgradeAsync("app:2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await StartAsync(
            folder, cluster, "--Policies:Rules:0:Name=web stays", "--Policies:Rules:0:ResourceTypes:0=deployment",
            "--Policies:Rules:0:Deny=true");

        Assert.Contains("Rule 'web stays' refuses this undo",
            await server.RefusalAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 2)), StringComparison.Ordinal);
    }

    /// <summary>The environment of the server leads to nowhere, and the undo succeeds all the same.</summary>
    [Fact]
    public async Task HelmIsRunForTheClusterThatWasApproved()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster);
        await chart.UpgradeAsync("app:2");
        using var folder = await StateFolder.CreateAsync();
        folder.Environment["HELM_KUBEAPISERVER"] = "https://127.0.0.1:1";
        folder.Environment["HELM_KUBECONTEXT"] = "nowhere";
        folder.Environment["HELM_NAMESPACE"] = "elsewhere";
        folder.Environment["HELM_DRIVER"] = "configmap";
        await using var server = await StartAsync(folder, cluster);
        var asked = await server.CallAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 2));
        await ApproveAsync(server, asked);

        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
    }

    [Fact]
    public async Task AHelmThatDoesNotBeginChangesNothingAndIsToldInItsOwnWords()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster);
        await chart.UpgradeAsync("app:2");
        using var folder = await StateFolder.CreateAsync();
        var helm = await ScriptAsync(folder, "echo \"Error: no such thing as $1\" >&2; exit 3");
        await using var server = await ServerProcess.StartAsync(folder, cluster, [.. Settings, $"--Helm:Program={helm}"]);
        var asked = await server.CallAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 2));
        await ApproveAsync(server, asked);

        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal("failed", end.Text("state"));
        Assert.Contains("Helm made no revision of it, and so changed nothing. It ended with exit code 3 and said: \"Error: no such thing "
            + "as rollback\"", end.Text("outcome", "message"), StringComparison.Ordinal);
        Assert.Equal(2, (await chart.HistoryAsync()).Count);
    }

    /// <summary>Helm asks for no revision that it is to follow, so that this cannot be prevented.</summary>
    [Fact]
    public async Task AnUpgradeThatBeganJustBeforeHelmIsToldToBeTakenBackWithIt()
    {
        await using var cluster = await StartClusterAsync();
        using var chart = await HelmChart.InstallAsync(cluster);
        await chart.UpgradeAsync("app:2");
        using var folder = await StateFolder.CreateAsync();
        var helm = await ScriptAsync(
            folder,
            $"{HelmChart.Program} upgrade web {chart.Folder} --set image=app:3 -n {cluster.Namespace} --kube-context {cluster.Context} "
                + $"&& exec {HelmChart.Program} \"$@\"");
        await using var server = await ServerProcess.StartAsync(folder, cluster, [.. Settings, $"--Helm:Program={helm}"]);
        var asked = await server.CallAsync("k8s_rollout_undo", Undo(cluster, to: 1, current: 2));
        await ApproveAsync(server, asked);

        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "4"), (end.Text("state"), end.Text("outcome", "revision")));
        Assert.Contains(File.ReadLines(folder.AuditFile), line => line.Contains(
            "What others made since it was shown (revision 3 and on) was taken back with it", StringComparison.Ordinal));
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
    }

    private static async Task<string> ScriptAsync(StateFolder folder, string command)
    {
        var path = Path.Combine(folder.Path, "helm");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{command}\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static Task<ServerProcess> StartAsync(StateFolder folder, ClusterUnderTest cluster, params string[] settings) =>
        ServerProcess.StartAsync(folder, cluster, [.. Settings, $"--Helm:Program={HelmChart.Program}", .. settings]);

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
