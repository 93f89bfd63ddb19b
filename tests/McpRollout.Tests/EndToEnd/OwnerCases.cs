using System.Text.Json;
using static McpRollout.Tests.EndToEnd.Told;

namespace McpRollout.Tests.EndToEnd;

/// <summary>Who else owns the template: what is said of them, and what an undo leaves them.</summary>
public abstract class OwnerCases
{
    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Theory]
    [InlineData("deployment", "terraform")]
    [InlineData("statefulset", "deploy-bot")]
    [InlineData("daemonset", "kubectl")]
    public async Task AnOwnersNextApplyMeetsNoConflictAndTakesAwayWhatTheUndoBroughtBack(string kind, string manager)
    {
        await using var cluster = await StartClusterAsync();
        await ApplyAsync(cluster, kind, manager, "app:1", "{name: A, value: '1'}, {name: B, value: '2'}");
        await ApplyAsync(cluster, kind, manager, "app:2", "{name: A, value: '1'}");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        await UndoAsync(server, cluster, kind);

        Assert.Equal("app:1", await cluster.ImageAsync(kind));
        var owned = await FieldsAsync(cluster, kind);
        Assert.DoesNotContain(owned, line => line.StartsWith("mcp-rollout Update", StringComparison.Ordinal)
            && line.Contains("f:template", StringComparison.Ordinal));
        Assert.Contains(owned, line => line.StartsWith($"{manager} Apply", StringComparison.Ordinal)
            && line.Contains("f:image", StringComparison.Ordinal) && line.Contains("\\\"B\\\"", StringComparison.Ordinal));
        Assert.Contains("undo.handing_over", Recorded(folder));

        // Who wrote the template is still known.
        var after = await server.CallAsync("k8s_rollout_history", Workload(cluster, kind));
        Assert.StartsWith("\"mcp-rollout\" ", after.Text("written_by"), StringComparison.Ordinal);

        await ApplyAsync(cluster, kind, manager, "app:3", "{name: A, value: '1'}");
        Assert.Equal("app:3", await cluster.ImageAsync(kind));
        Assert.Equal("A", await cluster.KubectlAsync($"get {kind}/web -o jsonpath={{.spec.template.spec.containers[0].env[*].name}}"));
    }

    [Theory]
    [InlineData("terraform", "Terraform applies the template of deployment/web (field manager \"terraform\" 20")]
    [InlineData("deploy-bot", "Somebody applies the template of deployment/web (field manager \"deploy-bot\" 20")]
    public async Task WhoAppliesTheTemplateIsNamedBeforeTheChoiceAndBeforeTheDecision(string manager, string said)
    {
        await using var cluster = await StartClusterAsync();
        await ApplyAsync(cluster, "deployment", manager, "app:1", "");
        await ApplyAsync(cluster, "deployment", manager, "app:2", "");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var history = await server.CallAsync("k8s_rollout_history", Workload(cluster, "deployment"));
        Assert.StartsWith(said, Found(history, "managed-by"), StringComparison.Ordinal);
        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, "deployment"));
        Assert.StartsWith(said, Found(asked, "managed-by"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOwnerThatIsNoControllerIsNamed()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("create configmap shop");
        var uid = await cluster.KubectlAsync("get configmap shop -o jsonpath={.metadata.uid}");
        await cluster.KubectlAsync("patch deployment web --type=merge --patch={\\\"metadata\\\":{\\\"ownerReferences\\\":[{"
            + $"\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"ConfigMap\\\",\\\"name\\\":\\\"shop\\\",\\\"uid\\\":\\\"{uid}\\\"}}]}}}}");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, "deployment"));

        Assert.StartsWith("deployment/web belongs to ConfigMap shop (an owner reference), whose controller may put its own template back",
            Found(asked, "managed-by"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheNextKubectlApplyWouldLeaveIsNamedAndIsLeft()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.KubectlAsync(
            "apply -f -", ClusterUnderTest.Manifest("deployment", "app:1", variables: "{name: A, value: '1'}, {name: B, value: '2'}"));
        await cluster.SettleAsync("deployment", "app:1");
        await cluster.KubectlAsync("apply -f -", ClusterUnderTest.Manifest("deployment", "app:2", variables: "{name: A, value: '1'}"));
        await cluster.SettleAsync("deployment", "app:2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var end = await UndoAsync(server, cluster, "deployment");

        Assert.StartsWith("By its annotation deployment/web comes from kubectl apply, which does not know of spec.containers[app].env[B]: "
            + "the next apply of its manifest leaves there what the undo brings back", Found(end, "kept-by-apply"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("undo.handing_over", Recorded(folder));
        await cluster.KubectlAsync("apply -f -", ClusterUnderTest.Manifest("deployment", "app:3", variables: "{name: A, value: '1'}"));
        var left = await cluster.KubectlAsync("get deployment/web -o jsonpath={.spec.template.spec.containers[0].env[*].name}");
        Assert.Equal(["A", "B"], left.Split(' ').Order());
    }

    private static async Task<JsonElement> UndoAsync(ServerProcess server, ClusterUnderTest cluster, string kind)
    {
        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, kind));
        using (var decided = await server.DecideAsync(asked.Text("request_id")!, "approve"))
            Assert.Equal(System.Net.HttpStatusCode.OK, decided.StatusCode);
        var end = await server.EndOfAsync(asked.Text("request_id")!);
        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        return end;
    }

    private static object UndoOf(ClusterUnderTest cluster, string kind) => new
    {
        resource_type = kind,
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = 1,
        current_revision = 2,
        reason = "The new release is broken.",
    };

    private static object Workload(ClusterUnderTest cluster, string kind) =>
        new { resource_type = kind, @namespace = cluster.Namespace, name = "web" };

    private static async Task<IReadOnlyList<string>> FieldsAsync(ClusterUnderTest cluster, string kind) =>
    [
        .. JsonDocument.Parse(await cluster.KubectlAsync($"get {kind}/web --show-managed-fields -o json")).RootElement
            .GetProperty("metadata").GetProperty("managedFields").EnumerateArray()
            .Select(entry => $"{entry.Text("manager")} {entry.Text("operation")} {entry.GetProperty("fieldsV1").GetRawText()}"),
    ];

    private static async Task ApplyAsync(ClusterUnderTest cluster, string kind, string manager, string image, string variables)
    {
        await cluster.KubectlAsync($"apply --server-side --field-manager={manager} -f -",
            ClusterUnderTest.Manifest(kind, image, variables: variables));
        await cluster.SettleAsync(kind, image);
    }
}

public sealed class OwnersOnThePracticeCluster : OwnerCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class OwnersOnARealControlPlane : OwnerCases
{
    // Kinds of other API groups are in ReadingTests: the v1.20 at hand dies of any CustomResourceDefinition.
    [Fact]
    public async Task AWrongTypeIsToldWhatTheNameStandsFor()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        var served = (await cluster.KubectlAsync("api-versions")).Split('\n');
        await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: {{(served.Contains("batch/v1beta1") ? "batch/v1beta1" : "batch/v1")}}
            kind: CronJob
            metadata: {name: queue}
            spec:
              schedule: "0 0 1 1 *"
              jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: 'app:1'}] } } } }
            """);
        await cluster.KubectlAsync("apply -f -", """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: once}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: 'app:1'}] } } }
            """);
        var set = (await cluster.KubectlAsync("get rs -o jsonpath={.items[0].metadata.name}")).Trim();
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        async Task<string> RefusalAsync(string name) => await server.RefusalAsync(
            "k8s_rollout_history", new { resource_type = "statefulset", @namespace = cluster.Namespace, name });

        Assert.Contains("There is a CronJob of that name, which has no revisions to go back to.", await RefusalAsync("queue"),
            StringComparison.Ordinal);
        Assert.Contains("There is a Job of that name, which has no revisions to go back to.", await RefusalAsync("once"),
            StringComparison.Ordinal);
        Assert.Contains("There is a ReplicaSet of that name, which belongs to Deployment web.", await RefusalAsync(set),
            StringComparison.Ordinal);
        Assert.Contains("use resource_type \"deployment\".", await RefusalAsync("web"), StringComparison.Ordinal);
    }

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}
