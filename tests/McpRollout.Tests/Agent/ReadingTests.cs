using System.Text.Json;
using McpRollout.PracticeCluster.Faults;

namespace McpRollout.Tests.Agent;

public sealed class ReadingTests
{
    private static readonly object Checkout = new { resource_type = "deployment", @namespace = "shop", name = "checkout" };

    [Theory]
    [InlineData(AgentRig.Old, "deployment", "shop", "checkout", 4)]
    [InlineData(AgentRig.New, "statefulset", "payments", "ledger", 3)]
    [InlineData(AgentRig.New, "daemonset", "platform", "log-agent", 3)]
    public async Task AHistoryTellsTheRevisionsOfEachKind(string version, string type, string space, string name, int current)
    {
        await using var rig = await AgentRig.StartAsync(version);

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", new { resource_type = type, @namespace = space, name });

        Assert.Equal(current, facts.GetProperty("current_revision").GetInt64());
        Assert.Equal(current, facts.GetProperty("total_revisions").GetInt32());
        Assert.Equal("practice", facts.GetProperty("resource").GetProperty("cluster").GetString());
        var newest = facts.GetProperty("revisions")[0];
        Assert.True(newest.GetProperty("current").GetBoolean());
        Assert.NotEmpty(newest.GetProperty("changes").EnumerateArray());
        Assert.Equal(
            [
                "revision", "current", "created_at", "change_cause", "images", "replicas", "ready_replicas", "changes", "evidence",
                "findings", "image_refs", "images_ran", "reads", "environment",
            ],
            newest.EnumerateObject().Select(member => member.Name));
        Assert.StartsWith($"{type}/{name} in {space}, cluster \"practice\": current_revision {current}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoEnvironmentValueEverLeavesTheCluster()
    {
        await using var rig = await AgentRig.StartAsync();

        var (listed, facts) = await rig.CallAsync("k8s_rollout_history", Checkout);
        var (full, detail) = await rig.CallAsync(
            "k8s_rollout_history", new { resource_type = "deployment", @namespace = "shop", name = "checkout", revision = 2, limit = 1 });

        foreach (var told in new[] { listed, facts.GetRawText(), full, detail.GetRawText() })
        {
            Assert.DoesNotContain("practice-token", told, StringComparison.Ordinal);
            Assert.DoesNotContain("practice-password", told, StringComparison.Ordinal);
        }

        Assert.Equal(
            ["revision", "annotations", "template", "changes_from_current"],
            detail.GetProperty("detail").EnumerateObject().Select(member => member.Name));
        Assert.Contains("checkout:2.15.0", detail.GetProperty("detail").GetProperty("changes_from_current").GetRawText(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHistoryIsFiveRequestsAllButTheFirstAtTheSameTime()
    {
        await using var rig = await AgentRig.StartAsync();
        await FirstCallAsync(rig, Checkout);
        using var sets = rig.Cluster.Faults.Hold(FaultInjection.On("GET", "/replicasets"));
        using var pods = rig.Cluster.Faults.Hold(FaultInjection.On("GET", "/pods"));
        using var events = rig.Cluster.Faults.Hold(FaultInjection.On("GET", "/events"));
        using var scalers = rig.Cluster.Faults.Hold(FaultInjection.On("GET", "/horizontalpodautoscalers"));

        var asking = rig.CallAsync("k8s_rollout_history", Checkout);
        Assert.NotSame(asking, await Task.WhenAny(
            asking, Task.WhenAll(sets.Arrived, pods.Arrived, scalers.Arrived, events.Arrived)));
        rig.Cluster.Faults.Clear();
        await asking;

        Assert.Equal(
            ["deployments/checkout", "events", "horizontalpodautoscalers", "pods", "replicasets"],
            rig.Cluster.Faults.Requests.Select(request => request.Path.Split("/shop/")[^1]).Order());
    }

    // Beside the first call of all the cluster is asked whether it serves Rollouts, and nobody waits for that.
    private static async Task FirstCallAsync(AgentRig rig, object workload)
    {
        using var discovery = rig.Cluster.Faults.Hold(request => request.Path == "/apis/argoproj.io/v1alpha1");
        await rig.CallAsync("k8s_rollout_history", workload);
        await discovery.Arrived;
        rig.Cluster.Faults.ForgetRequests();
    }

    /// <summary>Each wave is held until all of it has come: the workload, then what is found by it, then what its revisions and marks name.
    /// The namespace's own lists do not wait for the workload.</summary>
    [Fact]
    public async Task WithReferencesAndAnOwnerAHistoryIsSevenRequestsInThreeWaves()
    {
        await using var rig = await AgentRig.StartAsync(drills: true);
        await rig.Cluster.PatchAsync("/apis/apps/v1/namespaces/drills/deployments/lost-secret",
            """{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"drills_drills:apps/Deployment:drills/lost-secret"}}}""");
        var lost = new { resource_type = "deployment", @namespace = "drills", name = "lost-secret" };
        await FirstCallAsync(rig, lost);
        string[][] waves =
        [
            ["/deployments/lost-secret", "/horizontalpodautoscalers", "/events"], ["/replicasets", "/pods"],
            ["/secrets/lost-secret-2025", "/applications/drills"],
        ];
        var held = waves.Select(wave => wave.Select(path => rig.Cluster.Faults.Hold(FaultInjection.On("GET", path))).ToList()).ToList();

        var asking = rig.CallAsync("k8s_rollout_history", lost);
        foreach (var wave in held)
        {
            Assert.NotSame(asking, await Task.WhenAny(asking, Task.WhenAll(wave.Select(gate => gate.Arrived))));
            wave.ForEach(gate => gate.Release());
        }

        var (text, _) = await asking;
        Assert.DoesNotContain("not-checked", text, StringComparison.Ordinal);
        Assert.Equal(
            waves.SelectMany(wave => wave).Order(),
            rig.Cluster.Faults.Requests.Select(request => waves.SelectMany(wave => wave).Single(path =>
                request.PathAndQuery.Contains(path, StringComparison.Ordinal))).Order());
    }

    [Fact]
    public async Task AHistorySaysWhichRevisionIsGoodAndWhichIsBadAndWhoMadeTheLast()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.Cluster.UntilAsync("/api/v1/namespaces/shop/pods",
            pod => pod.ToJsonString().Contains("CrashLoopBackOff", StringComparison.Ordinal));

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Checkout);

        Assert.Matches("^\"kubectl-edit\" .* \\(by hand\\)$", facts.GetProperty("written_by").GetString());
        Assert.Contains("template last written by \"kubectl-edit\"", text, StringComparison.Ordinal);
        var revisions = facts.GetProperty("revisions").EnumerateArray().ToList();
        Assert.Contains("current for 14 min", revisions[0].GetProperty("evidence")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains(
            revisions[0].GetProperty("evidence").EnumerateArray(), line => line.GetString()!.StartsWith("failing now: checkout "
                + "CrashLoopBackOff", StringComparison.Ordinal));
        Assert.Contains("served 11 d 19 h", text, StringComparison.Ordinal);
        Assert.DoesNotContain("longest", text, StringComparison.Ordinal);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1, 2048);
    }

    [Fact]
    public async Task WherePodsMayNotBeReadTheHistoryIsThereAndSaysSo()
    {
        await using var rig = await AgentRig.StartAsync();
        using var forbidden = rig.Cluster.Faults.Answer(403, FaultInjection.On("GET", "/pods"), times: 1);

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Checkout);

        Assert.Equal(4, facts.GetProperty("total_revisions").GetInt32());
        Assert.Equal("pods-not-read", Assert.Single(facts.GetProperty("findings").EnumerateArray()).GetProperty("code").GetString());
        Assert.Contains("informs pods-not-read", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheLimitLeftOutIsSaidAndReached()
    {
        await using var rig = await AgentRig.StartAsync();

        var (text, facts) = await rig.CallAsync("k8s_rollout_history",
            new { resource_type = "deployment", @namespace = "shop", name = "checkout", limit = 1 });

        Assert.Equal(3, facts.GetProperty("left_out").GetInt32());
        Assert.Contains("Left out: 3 older", text, StringComparison.Ordinal);
        Assert.False((await rig.CallAsync("k8s_rollout_history", Checkout)).Facts.TryGetProperty("left_out", out _));
    }

    [Fact]
    public async Task AStatusSaysWhatHoldsARolloutUp()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.Cluster.UntilAsync("/api/v1/namespaces/shop/pods",
            pod => pod.ToJsonString().Contains("CrashLoopBackOff", StringComparison.Ordinal));

        var (text, facts) = await rig.CallAsync("k8s_rollout_status", Checkout);

        Assert.Equal(
            ["resource", "revision", "state", "message", "replicas", "problems", "pending_undo", "stalled", "serving"],
            facts.EnumerateObject().Select(member => member.Name));
        Assert.Matches("pods? of revision 4 (crash-loops?|fails? to start)$", facts.GetProperty("stalled").GetString());
        Assert.Equal(["desired", "updated", "ready", "available"],
            facts.GetProperty("replicas").EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, facts.GetProperty("pending_undo").ValueKind);
        var problem = facts.GetProperty("problems")[0];
        Assert.Equal(["pod", "container", "reason", "message", "restarts"], problem.EnumerateObject().Select(member => member.Name));
        Assert.Equal("CrashLoopBackOff", problem.GetProperty("reason").GetString());
        Assert.Contains(facts.GetProperty("message").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains("CrashLoopBackOff", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStatusWaitsUntilTheRolloutIsComplete()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.Cluster.CreateAsync("deployments", "web", "app:missing", "\"replicas\": 2,");
        var told = new ProgressLog();

        var asking = rig.CallAsync(
            "k8s_rollout_status", new { resource_type = "deployment", @namespace = "default", name = "web", wait_seconds = 50 }, told);
        Assert.StartsWith("Waiting for deployment", await told.FirstOfAsync(asking), StringComparison.Ordinal);
        await rig.Cluster.SetImageAsync("deployments", "web", "app:1");

        var (_, facts) = await asking;
        Assert.Equal("complete", facts.GetProperty("state").GetString());
        Assert.Equal("deployment \"web\" successfully rolled out", facts.GetProperty("message").GetString());
    }

    [Fact]
    public async Task AWaitEndsWhenItsTimeIsOver()
    {
        await using var rig = await AgentRig.StartAsync();

        var (_, facts) = await rig.CallAsync(
            "k8s_rollout_status", new { resource_type = "statefulset", @namespace = "payments", name = "ledger", wait_seconds = 1 });

        Assert.Equal("progressing", facts.GetProperty("state").GetString());
    }

    [Fact]
    public async Task APausedDeploymentIsNotWaitedFor()
    {
        await using var rig = await AgentRig.StartAsync();
        var gateway = new { resource_type = "deployment", @namespace = "platform", name = "gateway", wait_seconds = 50 };

        Assert.Equal("paused", (await rig.CallAsync("k8s_rollout_status", gateway)).Facts.GetProperty("state").GetString());
    }

    [Fact]
    public async Task AWorkloadThatDoesNotExistIsAnsweredWithThoseThatDo()
    {
        await using var rig = await AgentRig.StartAsync();

        Assert.Equal(
            "There is no deployment/chekout in namespace shop. Those there: checkout.",
            await rig.RefusalAsync("k8s_rollout_history", new { resource_type = "deployment", @namespace = "shop", name = "chekout" }));
        Assert.Equal(
            "There is no deployment/ledger in namespace payments. There is a statefulset of that name: use resource_type \"statefulset\".",
            await rig.RefusalAsync("k8s_rollout_status", new { resource_type = "deployment", @namespace = "payments", name = "ledger" }));
    }

    [Fact]
    public async Task ARevisionThatDoesNotExistIsAnsweredWithThoseThatDo()
    {
        await using var rig = await AgentRig.StartAsync();

        Assert.Equal(
            "deployment/checkout has no revision 9. Its revisions: 4, 3, 2, 1.",
            await rig.RefusalAsync(
                "k8s_rollout_history",
                new { resource_type = "deployment", @namespace = "shop", name = "checkout", revision = 9 }));
    }

    [Fact]
    public async Task AReplicaSetOrPodLeadsToItsDeployment()
    {
        await using var rig = await AgentRig.StartAsync();
        var set = (await rig.Cluster.ListAsync("/apis/apps/v1/namespaces/shop/replicasets"))[0]["metadata"]!["name"]!.GetValue<string>();
        var pod = (await rig.Cluster.UntilAsync("/api/v1/namespaces/shop/pods", _ => true))["metadata"]!["name"]!.GetValue<string>();

        Assert.Contains(
            $"ReplicaSet {set} belongs to deployment/checkout: use resource_type \"deployment\" and name \"checkout\"",
            await rig.RefusalAsync("k8s_rollout_history", new { resource_type = "replicaset", @namespace = "shop", name = set }),
            StringComparison.Ordinal);
        Assert.Contains(
            $"pod {pod} belongs to deployment/checkout: use resource_type \"deployment\" and name \"checkout\"",
            await rig.RefusalAsync("k8s_rollout_history", new { resource_type = "pod", @namespace = "shop", name = pod }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANamespaceOutsideTheAllowedOnesIsRefusedBeforeAnythingIsSent()
    {
        await using var rig = await AgentRig.StartAsync(settings: ["--Cluster:Namespaces:0=pay*", "--Cluster:Namespaces:1=web"]);

        Assert.Equal(
            "Namespace \"shop\" is outside those that this server may speak of: pay*, web. Choose one of them, or ask the user to widen "
                + "Cluster:Namespaces.",
            await rig.RefusalAsync("k8s_rollout_history", Checkout));
        Assert.DoesNotContain("belongs to",
            await rig.RefusalAsync("k8s_rollout_history", new { resource_type = "rs", @namespace = "shop", name = "x" }),
            StringComparison.Ordinal);
        Assert.Empty(rig.Cluster.Faults.Requests);
    }

    [Fact]
    public async Task CredentialsThatMayNotReadAreToldWhatToGrant()
    {
        await using var rig = await AgentRig.StartAsync(settings: "--Cluster:Context=viewer");

        var refusal = await rig.RefusalAsync("k8s_rollout_history", Checkout);

        Assert.Contains("User \"viewer\" cannot get resource \"deployments\"", refusal, StringComparison.Ordinal);
        Assert.Contains("must grant the server's credentials get, list and watch on deployments, replicasets and pods in namespace shop",
            refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClusterThatCannotBeReachedIsOneSentenceWithItsAddress()
    {
        await using var rig = await AgentRig.StartAsync(kubeconfig: """
            apiVersion: v1
            kind: Config
            current-context: away
            clusters: [{name: away, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: me, user: {token: t}}]
            contexts: [{name: away, context: {cluster: away, user: me}}]
            """);

        var refusal = await rig.RefusalAsync("k8s_rollout_history", Checkout);

        Assert.Contains("http://127.0.0.1:1", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }
}
