using McpRollout.Sandbox;

namespace McpRollout.Tests.Sandbox;

public class KubectlRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("deployment", "3         first")]
    [InlineData("statefulset", "3         <none>")]
    [InlineData("daemonset", "3         <none>")]
    public async Task UndoneRevisionsShowAsTheHighest(string kind, string newest)
    {
        await using var cluster = await PracticeCluster.StartAsync(new() { Seed = false, PodStartupTime = TimeSpan.FromMilliseconds(10) }, Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.EndsWith("created", await kubectl.RunAsync("apply -f -", KubectlStory.Manifest(kind, "app:1")), StringComparison.Ordinal);
        Assert.EndsWith("unchanged", await kubectl.RunAsync("apply -f -", KubectlStory.Manifest(kind, "app:1")), StringComparison.Ordinal);
        await kubectl.RunAsync($"annotate {kind}/web kubernetes.io/change-cause=first");
        await kubectl.RunAsync($"set image {kind}/web app=app:2");
        await kubectl.RunAsync($"rollout status {kind}/web");
        Assert.EndsWith("rolled back", await kubectl.RunAsync($"rollout undo {kind}/web"), StringComparison.Ordinal);
        await kubectl.RunAsync($"rollout status {kind}/web");
        Assert.EndsWith(newest, await kubectl.RunAsync($"rollout history {kind}/web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KubectlPrintsTheTablesOfTheIncidents()
    {
        await using var cluster = await PracticeCluster.StartAsync(new(), Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.Matches(@"^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\ncheckout +3/4 +2 +3 +21d$", await kubectl.RunAsync("get deployments -n shop"));
        Assert.Matches(@"ledger-2 +0/1 +ImagePullBackOff +0 +26m", await kubectl.RunAsync("get pods -n payments"));
        Assert.Contains("exceeded its progress deadline", await kubectl.RunAsync("rollout status deployment/checkout -n shop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KubectlScalesThroughTheSubresource()
    {
        await using var cluster = await PracticeCluster.StartAsync(new(), Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.Equal("deployment.apps/status-page scaled", await kubectl.RunAsync("scale deployment/status-page -n platform --replicas=3"));
        Assert.Equal("3", await kubectl.RunAsync("get deployment/status-page -n platform -o jsonpath={.spec.replicas}"));
        Assert.Equal("daemonset.apps/log-agent rolled back", await kubectl.RunAsync("rollout undo daemonset/log-agent -n platform"));
    }

    [Fact]
    public async Task KubectlAsksWhatItMayDo()
    {
        await using var cluster = await PracticeCluster.StartAsync(new(), Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.StartsWith("no", await kubectl.RunAsync("--context=undoer auth can-i patch deployments -n shop"), StringComparison.Ordinal);
        await kubectl.RunAsync("create role undo --verb=get,patch --resource=deployments.apps -n shop");
        await kubectl.RunAsync("create rolebinding undo --role=undo --user=undoer -n shop");
        Assert.StartsWith("yes", await kubectl.RunAsync("--context=undoer auth can-i patch deployments -n shop"), StringComparison.Ordinal);
        Assert.Contains("Forbidden", await kubectl.RunAsync("--context=viewer get deployments -n shop"), StringComparison.Ordinal);
    }
}
