using System.Net;
using System.Text.Json;
using static McpRollout.Tests.EndToEnd.Told;

namespace McpRollout.Tests.EndToEnd;

/// <summary>A Rollout of Argo Rollouts, with a stand-in for its controller.</summary>
public abstract class RolloutCases
{
    private const string ShortCanary = "{setWeight: 50}, {pause: {duration: 1}}";
    private const string WaitingCanary = "{setWeight: 50}, {pause: {}}";
    private const string Phase = "get rollout/web -o jsonpath={.status.phase}/{.status.observedGeneration}";

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Fact]
    public async Task TheHistoryIsThatOfItsReplicaSetsAndAnUndoGoesThroughTheStepsAgain()
    {
        await using var cluster = await StartClusterAsync();
        await using var controller = RolloutStandIn.StartFor(cluster);
        await ReleaseAsync(cluster, "app:1", ShortCanary);
        await cluster.UntilAsync(Phase, "Healthy/1");
        await ReleaseAsync(cluster, "app:2", ShortCanary);
        await cluster.UntilAsync(Phase, "Healthy/2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var history = await server.CallAsync("k8s_rollout_history", Web(cluster));
        Assert.Equal(("rollout", "2", "2"),
            (history.Text("resource", "resource_type"), history.Text("current_revision"), history.Text("total_revisions")));
        var revisions = history.GetProperty("revisions");
        Assert.Equal(["app:2", "app:1"], revisions.EnumerateArray().Select(revision => revision.Text("images", "app")));
        Assert.Equal("container app: image app:1 -> app:2",
            Assert.Single(revisions[0].GetProperty("changes").EnumerateArray()).GetString());
        Assert.Contains("\"steps-again\"", revisions[1].GetProperty("findings").GetRawText(), StringComparison.Ordinal);

        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, to: 1, current: 2));
        Assert.Equal("container app: image app:2 -> app:1", Assert.Single(asked.GetProperty("changes").EnumerateArray()).GetString());
        Assert.StartsWith("rollout/web goes through its 2 steps again on its way to revision 1, which it would not with a "
            + "spec.rollbackWindow.", Found(asked, "steps-again"), StringComparison.Ordinal);
        await ApproveAsync(server, asked);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "healthy", "3"), (end.Text("state"), end.Text("outcome", "rollout"), end.Text("outcome", "revision")));
        Assert.Equal("app:1", await cluster.ImageAsync("rollout"));
        Assert.DoesNotContain("rollouts-pod-template-hash", await cluster.KubectlAsync("get rollout/web -o jsonpath={.spec.template}"),
            StringComparison.Ordinal);
        await cluster.UntilAsync("get pods -o jsonpath={.items[*].spec.containers[0].image}", "app:1 app:1");
        Assert.Equal(2, (await cluster.KubectlAsync("get rs -o name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("3", await cluster.KubectlAsync("get rollout/web -o jsonpath={.metadata.generation}"));
        if (cluster.IsPractice)
            Assert.Equal(1, cluster.WritesBy("mcp-rollout"));
        Assert.Equal(["undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy"],
            Recorded(folder).Where(name => name.StartsWith("undo.", StringComparison.Ordinal) || name == "rollout.healthy"));

        var after = await server.CallAsync("k8s_rollout_history", Web(cluster));
        Assert.Contains($"brought back by {asked.Text("request_id")}", after.GetProperty("revisions")[0].GetRawText(),
            StringComparison.Ordinal);
        Assert.Contains($"undone by {asked.Text("request_id")}", after.GetProperty("revisions")[1].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InTheMiddleOfACanaryTheWayBackIsShortAndAbortIsNamed()
    {
        await using var cluster = await StartClusterAsync();
        await using var controller = RolloutStandIn.StartFor(cluster);
        await ReleaseAsync(cluster, "app:1", WaitingCanary);
        await cluster.UntilAsync(Phase, "Healthy/1");
        await ReleaseAsync(cluster, "app:2", WaitingCanary);
        await cluster.UntilAsync(Phase, "Paused/2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var status = await server.CallAsync("k8s_rollout_status", Web(cluster));
        Assert.Equal(("paused", "Paused - CanaryPauseStep", "2"), (status.Text("state"), status.Text("message"), status.Text("revision")));
        var history = await server.CallAsync("k8s_rollout_history", Web(cluster));
        Assert.Contains("kubectl argo rollouts abort web -n", Found(history, "abort-instead"), StringComparison.Ordinal);

        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, to: 1, current: 2));
        Assert.StartsWith("An update of rollout/web to revision 2 is under way. The quicker way back to revision 1 is to abort it",
            Found(asked, "abort-instead"), StringComparison.Ordinal);
        Assert.DoesNotContain("steps-again", asked.GetProperty("findings").GetRawText(), StringComparison.Ordinal);
        Assert.StartsWith("Tell the user that to abort the update is the quicker way back", asked.Text("next_step"),
            StringComparison.Ordinal);
        await ApproveAsync(server, asked);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "healthy", "3"), (end.Text("state"), end.Text("outcome", "rollout"), end.Text("outcome", "revision")));
        Assert.Equal("app:1", await cluster.ImageAsync("rollout"));
    }

    [Fact]
    public async Task AnUndoThatWaitsInAStepSaysHowItGoesOnAndEndsOnceSomebodyHasPromotedIt()
    {
        await using var cluster = await StartClusterAsync();
        await using var controller = RolloutStandIn.StartFor(cluster);
        await ReleaseAsync(cluster, "app:1", "");
        await cluster.UntilAsync(Phase, "Healthy/1");
        await ReleaseAsync(cluster, "app:2", "");
        await cluster.UntilAsync(Phase, "Healthy/2");
        await ReleaseAsync(cluster, "app:2", WaitingCanary);
        await cluster.UntilAsync(Phase, "Healthy/3");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, to: 1, current: 2));
        Assert.Contains("its 2 steps (one waits for somebody to go on)", Found(asked, "steps-again"), StringComparison.Ordinal);
        await ApproveAsync(server, asked);
        JsonElement now;
        do
            now = await server.CallAsync("k8s_rollout_undo_status", new { request_id = asked.Text("request_id") });
        while (now.Text("outcome", "message")?.StartsWith("Paused", StringComparison.Ordinal) is not true);
        Assert.Equal("progressing", now.Text("outcome", "rollout"));
        Assert.Contains($"(kubectl argo rollouts promote web -n {cluster.Namespace})", now.Text("outcome", "message"),
            StringComparison.Ordinal);

        // What `kubectl argo rollouts promote` sends.
        await cluster.KubectlAsync("patch rollout web --subresource=status --type=merge --patch-file=/dev/stdin",
            """{"status":{"pauseConditions":null}}""");
        Assert.Equal("healthy", (await server.EndOfAsync(asked.Text("request_id")!)).Text("outcome", "rollout"));
    }

    [Fact]
    public async Task AnUndoThatSomebodyAbortedGoesHomeByOneDecision()
    {
        await using var cluster = await StartClusterAsync();
        await using var controller = RolloutStandIn.StartFor(cluster);
        await ReleaseAsync(cluster, "app:crash", "");
        await cluster.UntilAsync("get rollout/web -o jsonpath={.metadata.annotations.rollout\\.argoproj\\.io/revision}", "1");
        await ReleaseAsync(cluster, "app:2", WaitingCanary);
        await cluster.UntilAsync(Phase, "Healthy/2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var undo = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, to: 1, current: 2));
        var id = undo.Text("request_id")!;
        await ApproveAsync(server, undo);
        await cluster.UntilAsync(
            "get rollout/web -o jsonpath={.status.observedGeneration}/{.status.updatedReplicas}/{.status.availableReplicas}", "3/1/2");

        // What `kubectl argo rollouts abort` sends.
        await cluster.KubectlAsync("patch rollout web --subresource=status --type=merge --patch-file=/dev/stdin",
            """{"status":{"abort":true}}""");
        var degraded = await server.EndOfAsync(id);
        Assert.Equal(("applied", "degraded"), (degraded.Text("state"), degraded.Text("outcome", "rollout")));
        Assert.Equal("app:crash", await cluster.ImageAsync("rollout"));
        Assert.Contains("Prepare the way back to revision 2", await server.PageAsync($"approvals/{id}"), StringComparison.Ordinal);

        var (status, home) = await server.GoHomeAsync(id);
        Assert.Equal((HttpStatusCode.OK, "pending", id), (status, home.Text("state"), home.Text("way_home_of")));
        await ApproveAsync(server, home);
        var end = await server.EndOfAsync(home.Text("request_id")!);

        Assert.Equal(("applied", "healthy", "4"), (end.Text("state"), end.Text("outcome", "rollout"), end.Text("outcome", "revision")));
        Assert.Equal("app:2", await cluster.ImageAsync("rollout"));
        Assert.Equal(2, (await cluster.KubectlAsync("get rs -o name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task ATemplateThatStandsInADeploymentIsUndoneThere()
    {
        await using var cluster = await StartClusterAsync();
        await using var controller = RolloutStandIn.StartFor(cluster);
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("create -f -", """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: front}
            spec:
              replicas: 1
              workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              strategy: {canary: {} }
            """);
        await cluster.UntilAsync("get rollout/front -o jsonpath={.status.phase}", "Healthy");
        await cluster.KubectlAsync("set image deployment/web app=app:3");
        await cluster.KubectlAsync("annotate rollout/front seen=again");
        await cluster.UntilAsync("get rollout/front -o jsonpath={.metadata.annotations.rollout\\.argoproj\\.io/revision}", "2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var front = new { resource_type = "rollout", @namespace = cluster.Namespace, name = "front" };

        var history = await server.CallAsync("k8s_rollout_history", front);
        Assert.Equal(["app:3", "app:2"],
            history.GetProperty("revisions").EnumerateArray().Select(revision => revision.Text("images", "app")));
        Assert.Contains("it takes that of Deployment web (spec.workloadRef)", Found(history, "template-elsewhere"),
            StringComparison.Ordinal);
        var refused = await server.RefusalAsync("k8s_rollout_undo", UndoOf(cluster, to: 1, current: 2, name: "front"));
        Assert.Contains("Ask for the undo of that one, with resource_type \"deployment\" and name \"web\"", refused,
            StringComparison.Ordinal);
        Assert.EndsWith("(code: template-elsewhere)", refused, StringComparison.Ordinal);
    }

    private protected static object Web(ClusterUnderTest cluster) =>
        new { resource_type = "rollout", @namespace = cluster.Namespace, name = "web" };

    private protected static object UndoOf(ClusterUnderTest cluster, int to, int current, string name = "web") => new
    {
        resource_type = "rollout",
        @namespace = cluster.Namespace,
        name,
        to_revision = to,
        current_revision = current,
        reason = "The new release is broken.",
    };

    private static async Task ApproveAsync(ServerProcess server, JsonElement asked)
    {
        using var decided = await server.DecideAsync(asked.Text("request_id")!, "approve");
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
    }

    private static async Task ReleaseAsync(ClusterUnderTest cluster, string image, string steps) => Assert.StartsWith(
        "rollout.argoproj.io/web ", await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web} }
              strategy: {canary: {steps: [{{steps}}]} }
              template:
                metadata: {labels: {app: web} }
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: app, image: '{{image}}', ports: [{containerPort: 8080}]}]
            """), StringComparison.Ordinal);
}

public sealed class RolloutsOnThePracticeCluster : RolloutCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class RolloutsOnARealControlPlane : RolloutCases
{
    [Fact]
    public async Task WithoutArgoRolloutsItIsSaidThatItIsNotInstalled()
    {
        await using var cluster = await ClusterUnderTest.RealAsync();
        var served = await cluster.KubectlAsync("api-resources --api-group=argoproj.io -o name");
        Assert.SkipWhen(served.Contains("rollouts", StringComparison.Ordinal), "Argo Rollouts is installed.");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        foreach (var (tool, arguments) in new[]
            {
                ("k8s_rollout_history", Web(cluster)), ("k8s_rollout_status", Web(cluster)),
                ("k8s_rollout_undo", UndoOf(cluster, to: 1, current: 2)),
            })
        {
            Assert.Contains("Argo Rollouts is not installed in this cluster", await server.RefusalAsync(tool, arguments),
                StringComparison.Ordinal);
        }
    }

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealWithOwnersAsync();
}
