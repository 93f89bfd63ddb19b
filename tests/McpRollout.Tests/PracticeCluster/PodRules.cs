using System.Text.Json.Nodes;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>What becomes of a pod, and how that is told.</summary>
public class PodRules
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Events = "/api/v1/namespaces/default/events";

    [Theory]
    [InlineData("\"envFrom\": [{\"configMapRef\": {\"name\": \"x\"}}]", "configmap \"x\" not found", "configmaps", "{}")]
    [InlineData("\"env\": [{\"name\": \"K\", \"valueFrom\": {\"secretKeyRef\": {\"name\": \"x\", \"key\": \"k\"}}}]",
        "secret \"x\" not found", "secrets", "{\"k\": \"MQ==\"}")]
    public async Task AContainerIsNotMadeWithoutItsConfigurationAndIsWhenItComes(string refers, string message, string kind, string data)
    {
        await using var client = await PracticeClient.StartAsync();
        await CreateAsync(client, container: refers);
        var pod = await client.UntilAsync(Pods, pod => Waiting(pod) is not null);
        Assert.Equal($"CreateContainerConfigError: {message}", Waiting(pod));
        Assert.Equal("Pending", pod["status"]!["phase"]!.GetValue<string>());
        await client.UntilAsync(Events, told => told["reason"]!.GetValue<string>() == "Failed"
            && told["message"]!.GetValue<string>() == $"Error: {message}");
        await client.SendAsync(HttpMethod.Post, $"/api/v1/namespaces/default/{kind}", $$"""{"metadata":{"name":"x"},"data":{{data}}}""");
        await client.UntilAsync(Pods, IsReady);
    }

    [Theory]
    [InlineData("configMapKeyRef", "configmaps", "couldn't find key k in ConfigMap default/x")]
    [InlineData("secretKeyRef", "secrets", "couldn't find key k in Secret default/x")]
    public async Task AKeyThatIsNotThereIsNamed(string field, string kind, string message)
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, $"/api/v1/namespaces/default/{kind}",
            """{"metadata":{"name":"x"},"data":{"other":"MQ=="}}""");
        await CreateAsync(client, container: $$$"""  "env": [{"name": "K", "valueFrom": {"{{{field}}}": {"name": "x", "key": "k"} } }] """);
        Assert.Equal($"CreateContainerConfigError: {message}", Waiting(await client.UntilAsync(Pods, pod => Waiting(pod) is not null)));
        await client.PatchAsync($"/api/v1/namespaces/default/{kind}/x", """{"data":{"k":"MQ=="}}""");
        await client.UntilAsync(Pods, IsReady);
    }

    [Theory]
    [InlineData("\"configMap\": {\"name\": \"x\"}", "configmap \"x\" not found")]
    [InlineData("\"secret\": {\"secretName\": \"x\"}", "secret \"x\" not found")]
    [InlineData("\"projected\": {\"sources\": [{\"secret\": {\"name\": \"x\"}}]}", "secret \"x\" not found")]
    [InlineData("\"configMap\": {\"name\": \"present\", \"items\": [{\"key\": \"k\", \"path\": \"k\"}]}",
        "configmap references non-existent config key: k")]
    public async Task AVolumeThatCannotBeMountedKeepsContainersFromBeingMade(string source, string message)
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps",
            """{"metadata":{"name":"present"},"data":{"other":"1"}}""");
        await CreateAsync(client, spec: $$"""  "volumes": [{"name": "v", {{source}}}], """);
        Assert.Equal("ContainerCreating: ", Waiting(await client.UntilAsync(Pods, pod => Waiting(pod) is not null)));
        var told = await client.UntilAsync(Events, told => told["reason"]!.GetValue<string>() == "FailedMount");
        Assert.Equal($"MountVolume.SetUp failed for volume \"v\" : {message}", told["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task WhatIsOptionalIsNotMissed()
    {
        await using var client = await PracticeClient.StartAsync();
        await CreateAsync(
            client, """  "volumes": [{"name": "v", "configMap": {"name": "x", "optional": true}}], """,
            """
            "envFrom": [{"secretRef": {"name": "x", "optional": true}}],
            "env": [{"name": "K", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "k", "optional": true}}}]
            """);
        await client.UntilAsync(Pods, IsReady);
    }

    [Fact]
    public async Task APodWithoutItsClaimFindsNoNodeUntilItComes()
    {
        await using var client = await PracticeClient.StartAsync();
        await CreateAsync(client, """  "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}], """);
        const string Message = "0/1 nodes are available: persistentvolumeclaim \"data\" not found. "
            + "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
        var pod = await client.UntilAsync(Pods, pod => Condition(pod, "PodScheduled") is not null);
        var scheduled = Condition(pod, "PodScheduled")!;
        Assert.Equal(("Unschedulable", Message), (scheduled["reason"]!.GetValue<string>(), scheduled["message"]!.GetValue<string>()));
        await client.UntilAsync(Events, told => told["reason"]!.GetValue<string>() == "FailedScheduling"
            && told["message"]!.GetValue<string>() == Message);
        await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/persistentvolumeclaims",
            """{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        await client.UntilAsync(Pods, IsReady);
    }

    [Fact]
    public async Task AStatefulSetsClaimsAreMadeAndOutliveIt()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("statefulsets", "db", spec: """
            "serviceName": "db",
            "volumeClaimTemplates": [{
              "metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
            }],
            """);
        await client.RolledOutAsync("statefulsets", "db", "app:1");
        await client.SendAsync(HttpMethod.Delete, $"{PracticeClient.Workloads("statefulsets")}/db");
        var claim = Assert.Single(await client.ListAsync("/api/v1/namespaces/default/persistentvolumeclaims"));
        var metadata = claim["metadata"]!;
        Assert.Equal(("data-db-0", "Bound", "db"),
            (metadata["name"]!.GetValue<string>(), claim["status"]!["phase"]!.GetValue<string>(),
                metadata["labels"]!["app"]!.GetValue<string>()));
    }

    [Fact]
    public async Task AnImageThatIsGoneIsToldAsTheKubeletTellsIt()
    {
        await using var client = await PracticeClient.StartAsync();
        await CreateAsync(client, image: "registry.example/app:missing");
        const string Failure = "rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example/app:missing\": "
            + "failed to resolve reference \"registry.example/app:missing\": registry.example/app:missing: not found";
        Assert.Equal($"ImagePullBackOff: Back-off pulling image \"registry.example/app:missing\": ErrImagePull: {Failure}",
            Waiting(await client.UntilAsync(Pods, pod => Waiting(pod) is not null)));
        await client.UntilAsync(Events, told => told["reason"]!.GetValue<string>() == "Failed"
            && told["message"]!.GetValue<string>() == $"Failed to pull image \"registry.example/app:missing\": {Failure}");
    }

    [Fact]
    public async Task ACrashedContainerTellsHowItEnded()
    {
        await using var client = await PracticeClient.StartAsync();
        await CreateAsync(client, image: "app:crash");
        var pod = await client.UntilAsync(Pods, pod => Waiting(pod) is not null);
        Assert.Equal($"CrashLoopBackOff: back-off 40s restarting failed container=app pod=one_default({pod["metadata"]!["uid"]})",
            Waiting(pod));
        Assert.Equal(1, Status(pod)!["lastState"]!["terminated"]!["exitCode"]!.GetValue<int>());
        Assert.Equal("Running", pod["status"]!["phase"]!.GetValue<string>());
    }

    [Fact]
    public async Task APodCanRunAndNeverBecomeReady()
    {
        await using var client = await PracticeClient.StartAsync();
        await CreateAsync(client, image: "app:unready");
        var pod = await client.UntilAsync(Pods, pod => Status(pod) is not null);
        Assert.NotNull(Status(pod)!["state"]!["running"]);
        Assert.False(IsReady(pod));
        await client.UntilAsync(Events, told => told["reason"]!.GetValue<string>() == "Unhealthy");
    }

    [Fact]
    public async Task AFailingInitContainerHoldsTheOthersBack()
    {
        await using var client = await PracticeClient.StartAsync();
        await CreateAsync(client, """
            "initContainers": [
              {"name": "first", "image": "app:1"}, {"name": "migrate", "image": "app:crash"}, {"name": "last", "image": "app:1"}
            ],
            """);
        var status = (await client.UntilAsync(Pods, pod => Status(pod) is not null))["status"]!;
        var init = status["initContainerStatuses"]!.AsArray()
            .Select(container => container!["state"]!.AsObject().Single().Value!["reason"]!.GetValue<string>());
        Assert.Equal(["Completed", "CrashLoopBackOff", "PodInitializing"], init);
        Assert.Equal("PodInitializing", status["containerStatuses"]![0]!["state"]!["waiting"]!["reason"]!.GetValue<string>());
    }

    private static async Task CreateAsync(PracticeClient client, string spec = "", string container = "", string image = "app:1")
    {
        var more = container.Length == 0 ? "" : $", {container}";
        var answer = await client.SendAsync(HttpMethod.Post, Pods, $$$"""
            {"metadata": {"name": "one"}, "spec": { {{{spec}}} "containers": [{"name": "app", "image": "{{{image}}}" {{{more}}} }]}}
            """);
        Assert.Equal(201, (int)answer.StatusCode);
    }

    private static JsonNode? Status(JsonObject pod) => pod["status"]?["containerStatuses"]?[0];

    private static string? Waiting(JsonObject pod) =>
        Status(pod)?["state"]?["waiting"] is { } waiting ? $"{waiting["reason"]}: {waiting["message"]}" : null;

    private static JsonNode? Condition(JsonObject pod, string type) =>
        pod["status"]?["conditions"]?.AsArray().FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == type);

    private static bool IsReady(JsonObject pod) => Condition(pod, "Ready")?["status"]?.GetValue<string>() == "True";
}
