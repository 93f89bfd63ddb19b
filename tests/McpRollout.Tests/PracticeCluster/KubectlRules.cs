using McpRollout.PracticeCluster;

namespace McpRollout.Tests.PracticeCluster;

public class KubectlRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("deployment", "3         first")]
    [InlineData("statefulset", "3         <none>")]
    [InlineData("daemonset", "3         <none>")]
    public async Task UndoneRevisionsShowAsTheHighest(string kind, string newest)
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new() { Seed = false, PodStartupTime = TimeSpan.FromMilliseconds(10) },
            Cancelled);
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
        await using var cluster = await EmbeddedCluster.StartAsync(new(), Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.Matches(@"^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\ncheckout +3/4 +2 +3 +21d$",
            await kubectl.RunAsync("get deployments -n shop"));
        Assert.Matches(@"ledger-2 +0/1 +ImagePullBackOff +0 +26m", await kubectl.RunAsync("get pods -n payments"));
        Assert.Contains("exceeded its progress deadline", await kubectl.RunAsync("rollout status deployment/checkout -n shop"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task KubectlScalesThroughTheSubresource()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new(), Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.Equal("deployment.apps/status-page scaled", await kubectl.RunAsync("scale deployment/status-page -n platform --replicas=3"));
        Assert.Equal("3", await kubectl.RunAsync("get deployment/status-page -n platform -o jsonpath={.spec.replicas}"));
        Assert.Equal("daemonset.apps/log-agent rolled back", await kubectl.RunAsync("rollout undo daemonset/log-agent -n platform"));
    }

    [Fact]
    public async Task KubectlMakesAndPrintsWhatGovernsPods()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new() { Drills = true }, Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.Matches(@"^NAME +AGE +REQUEST +LIMIT\nteam-limits +24h +pods: 2/2", await kubectl.RunAsync("get quota -n drills-quota"));
        Assert.Matches(@"no-disruption +2 +N/A +0 +34d", await kubectl.RunAsync("get pdb -n drills"));
        Assert.Matches(@"autoscaled +Deployment/autoscaled +cpu: 41%/70% +2 +6 +2 +18d", await kubectl.RunAsync("get hpa -n drills"));
        Assert.Matches(@"one-volume-data +Bound +pvc-\S+ +5Gi +RWO +29d", await kubectl.RunAsync("get pvc -n drills"));
        await kubectl.RunAsync("create priorityclass urgent --value=1000 --description=now");
        Assert.Matches(@"urgent +1000 +false", await kubectl.RunAsync("get priorityclasses"));
        await kubectl.RunAsync("create quota more --hard=pods=5,requests.cpu=1 -n shop");
        Assert.Equal("{\"pods\":\"5\",\"requests.cpu\":\"1\"}", await kubectl.RunAsync("get quota more -n shop -o jsonpath={.spec.hard}"));
        await kubectl.RunAsync("create pdb web --selector=app=checkout --max-unavailable=25% -n shop");
        Assert.Equal("25%", await kubectl.RunAsync("get pdb web -n shop -o jsonpath={.spec.maxUnavailable}"));
        Assert.Matches(@"pods +2 +2", await kubectl.RunAsync("describe quota -n drills-quota"));
    }

    [Fact]
    public async Task KubectlAsksWhatItMayDo()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new(), Cancelled);
        using var kubectl = Kubectl.For(cluster.Kubeconfig);
        Assert.StartsWith("no", await kubectl.RunAsync("--context=undoer auth can-i patch deployments -n shop"), StringComparison.Ordinal);
        await kubectl.RunAsync("create role undo --verb=get,patch --resource=deployments.apps -n shop");
        await kubectl.RunAsync("create rolebinding undo --role=undo --user=undoer -n shop");
        Assert.StartsWith("yes", await kubectl.RunAsync("--context=undoer auth can-i patch deployments -n shop"), StringComparison.Ordinal);
        Assert.Contains("Forbidden", await kubectl.RunAsync("--context=viewer get deployments -n shop"), StringComparison.Ordinal);
    }
}
