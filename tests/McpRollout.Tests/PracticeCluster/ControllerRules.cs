using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace McpRollout.Tests.PracticeCluster;

public class ControllerRules
{
    private const string Revision = "deployment.kubernetes.io/revision";

    [Fact]
    public async Task UndoRenumbersTheTargetToTheHighestRevision()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web", spec: "\"replicas\": 2,");
        await client.RolledOutAsync("deployments", "web", "app:1");
        foreach (var image in new[] { "app:2", "app:1" })
        {
            await client.SetImageAsync("deployments", "web", image);
            await client.RolledOutAsync("deployments", "web", image);
        }
        var sets = await client.ListAsync(PracticeClient.Workloads("replicasets"));
        Assert.Equal(["2", "3"], sets.Select(set => set["metadata"]!["annotations"]![Revision]!.GetValue<string>()).Order());
        Assert.Equal("1", sets
            .Single(set => Image(set) == "app:1")["metadata"]!["annotations"]!["deployment.kubernetes.io/revision-history"]!
            .GetValue<string>());
    }

    [Theory]
    [InlineData("statefulsets", "\"replicas\": 2, \"serviceName\": \"db\",")]
    [InlineData("daemonsets", "")]
    public async Task UndoRenumbersControllerRevisionsToo(string kind, string spec)
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync(kind, "db", spec: spec);
        await client.RolledOutAsync(kind, "db", "app:1");
        foreach (var image in new[] { "app:2", "app:1" })
        {
            await client.SetImageAsync(kind, "db", image);
            await client.RolledOutAsync(kind, "db", image);
        }
        var revisions = await client.ListAsync(PracticeClient.Workloads("controllerrevisions"));
        Assert.Equal([2, 3], revisions.Select(revision => revision["revision"]!.GetValue<int>()).Order());
        Assert.Equal("replace", revisions[0]["data"]!["spec"]!["template"]!["$patch"]!.GetValue<string>());
    }

    [Fact]
    public async Task ABrokenPodStopsAnOrderedStatefulSetUntilSomebodyDeletesIt()
    {
        await using var client = await PracticeClient.StartAsync(seed: true);
        const string Ledger = "/apis/apps/v1/namespaces/payments/statefulsets";
        await client.PatchAsync($"{Ledger}/ledger",
            """{"spec":{"template":{"spec":{"containers":[{"name":"ledger","image":"registry.example/payments/ledger:7.3.0"}]}}}}""",
            "application/strategic-merge-patch+json");
        var stuck = await client.UntilAsync(Ledger, set => Observed(set));
        Assert.Equal(2, stuck["status"]!["readyReplicas"]!.GetValue<int>());
        await client.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/payments/pods/ledger-2");
        await client.UntilAsync(Ledger, set => set["status"]!["readyReplicas"]?.GetValue<int>() == 3
            && set["status"]!["updatedReplicas"]?.GetValue<int>() == 3);
    }

    [Fact]
    public async Task APartitionKeepsTheLowerOrdinalsBack()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("statefulsets", "db",
            spec: "\"replicas\": 3, \"serviceName\": \"db\", \"updateStrategy\": {\"rollingUpdate\": {\"partition\": 2}},");
        await client.RolledOutAsync("statefulsets", "db", "app:1");
        await client.SetImageAsync("statefulsets", "db", "app:2");
        var set = await client.UntilAsync(PracticeClient.Workloads("statefulsets"), set => Observed(set)
            && set["status"]!["updatedReplicas"]?.GetValue<int>() == 1 && set["status"]!["readyReplicas"]?.GetValue<int>() == 3);
        Assert.NotEqual(set["status"]!["currentRevision"]!.GetValue<string>(), set["status"]!["updateRevision"]!.GetValue<string>());
    }

    [Fact]
    public async Task OnDeleteWaitsForSomebodyToDelete()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("daemonsets", "agent", spec: "\"updateStrategy\": {\"type\": \"OnDelete\"},");
        await client.RolledOutAsync("daemonsets", "agent", "app:1");
        await client.SetImageAsync("daemonsets", "agent", "app:2");
        var waiting = await client.UntilAsync(PracticeClient.Workloads("daemonsets"), set => Observed(set)
            && set["metadata"]!["generation"]!.GetValue<int>() == 2);
        Assert.Null(waiting["status"]!["updatedNumberScheduled"]);
        var pod = Assert.Single(await client.ListAsync("/api/v1/namespaces/default/pods"));
        await client.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/default/pods/{pod["metadata"]!["name"]}");
        await client.RolledOutAsync("daemonsets", "agent", "app:2");
    }

    [Fact]
    public async Task RevisionsBeyondTheHistoryLimitAreForgotten()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web", spec: "\"revisionHistoryLimit\": 1,");
        await client.RolledOutAsync("deployments", "web", "app:1");
        foreach (var image in new[] { "app:2", "app:3" })
        {
            await client.SetImageAsync("deployments", "web", image);
            await client.RolledOutAsync("deployments", "web", image);
        }

        // That the rollout is complete is said before the old ones are cleared away, on a real cluster too.
        while ((await client.ListAsync(PracticeClient.Workloads("replicasets"))).Any(set => Image(set) == "app:1"))
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Contains(await client.ListAsync(PracticeClient.Workloads("replicasets")), set => Image(set) == "app:2");
    }

    [Fact]
    public async Task APausedDeploymentDoesNotRollOut()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web", spec: "\"paused\": true,");
        var paused = await client.UntilAsync(PracticeClient.Workloads("deployments"), Observed);
        Assert.Equal("DeploymentPaused", paused["status"]!["conditions"]!.AsArray()
            .Single(condition => condition!["type"]!.GetValue<string>() == "Progressing")!["reason"]!.GetValue<string>());
        Assert.Empty(await client.ListAsync(PracticeClient.Workloads("replicasets")));
    }

    [Theory]
    [InlineData("deployments", 2)]
    [InlineData("statefulsets", 1)]
    [InlineData("daemonsets", 1)]
    public async Task OnlyADeploymentsGenerationRisesWithItsAnnotations(string kind, int generation)
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync(kind, "web", spec: kind == "statefulsets" ? "\"serviceName\": \"web\"," : "");
        await client.PatchAsync($"{PracticeClient.Workloads(kind)}/web", """{"metadata":{"annotations":{"note":"x"}}}""");
        Assert.Equal(generation,
            (await client.GetAsync($"{PracticeClient.Workloads(kind)}/web"))["metadata"]!["generation"]!.GetValue<int>());
    }

    [Fact]
    public async Task TheSeededIncidentIsPastItsDeadline()
    {
        await using var client = await PracticeClient.StartAsync(seed: true);
        var checkout = await client.GetAsync("/apis/apps/v1/namespaces/shop/deployments/checkout");
        Assert.Contains(checkout["status"]!["conditions"]!.AsArray(),
            condition => condition!["reason"]!.GetValue<string>() == "ProgressDeadlineExceeded");
        Assert.Equal("4", checkout["metadata"]!["annotations"]![Revision]!.GetValue<string>());
        Assert.Contains(checkout["metadata"]!["managedFields"]!.AsArray(), entry => entry!["manager"]!.GetValue<string>() == "kubectl-edit"
            && entry.ToJsonString().Contains("f:image", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatAWorkloadOwnedGoesWithIt()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        await client.RolledOutAsync("deployments", "web", "app:1");
        var since = (await client.GetAsync("/api/v1/pods"))["metadata"]!["resourceVersion"]!.GetValue<string>();
        await client.SendAsync(HttpMethod.Delete, $"{PracticeClient.Workloads("deployments")}/web");
        await using var gone = await client.WatchAsync($"/api/v1/pods?watch=1&resourceVersion={since}");
        Assert.Equal("DELETED", (await gone.NextAsync())["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task ATimerThatIsLateFindsTheClusterGoneAndDoesNoHarm()
    {
        var time = new LateTimers();
        await using (var client = await PracticeClient.StartAsync(time: time))
        {
            await client.CreateAsync("deployments", "web");
            await time.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
        time.GoOff();
    }

    private static bool Observed(JsonObject value) =>
        value["status"]?["observedGeneration"]?.GetValue<int>() == value["metadata"]!["generation"]!.GetValue<int>();

    private static string Image(JsonObject value) => value["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>();

    /// <summary>
    /// Keeps every timer until it is told to let them go off, even those that were disposed of: as a timer on its way does.
    /// </summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly ConcurrentQueue<Action> _timers = [];

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Enqueue(() => callback(state));
            Asked.TrySetResult();
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void GoOff()
        {
            foreach (var timer in _timers) timer();
        }
    }
}
