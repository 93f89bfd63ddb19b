using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Admission;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>What the server does to objects, or says against them, before it keeps them.</summary>
public class AdmissionRules
{
    private const string Quota = """{"metadata":{"name":"small"},"spec":{"hard":{"pods":"1"}}}""";

    [Theory]
    [InlineData("\"serviceAccountName\": \"robot\",",
        "pods \"web-HASH-\" is forbidden: error looking up service account default/robot: serviceaccount \"robot\" not found",
        "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"robot"}}""")]
    [InlineData("\"priorityClassName\": \"urgent\",", "pods \"web-HASH-\" is forbidden: no PriorityClass with name urgent was found",
        "/apis/scheduling.k8s.io/v1/priorityclasses", """{"metadata":{"name":"urgent"},"value":7}""")]
    public async Task AReplicaSetTellsWhyItsPodsAreRefusedAndGoesOnWhenTheyAreNot(
        string spec, string message, string collection, string remedy)
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, PracticeClient.Workloads("deployments"), Deployment(spec));
        var refused = await client.UntilAsync(PracticeClient.Workloads("deployments"), value => Failure(value) is not null);
        var set = (await client.ListAsync(PracticeClient.Workloads("replicasets")))[0];
        var hash = set["metadata"]!["labels"]!["pod-template-hash"]!.GetValue<string>();
        Assert.Equal(message.Replace("HASH", hash, StringComparison.Ordinal), Failure(refused)!["message"]!.GetValue<string>());
        Assert.Equal("FailedCreate", Failure(refused)!["reason"]!.GetValue<string>());
        var told = await client.UntilAsync("/api/v1/namespaces/default/events",
            told => told["reason"]!.GetValue<string>() == "FailedCreate");
        Assert.StartsWith("Error creating: pods ", told["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await client.SendAsync(HttpMethod.Post, collection, remedy);
        await client.UntilAsync(PracticeClient.Workloads("deployments"), value => Failure(value) is null
            && value["status"]?["availableReplicas"]?.GetValue<int>() == 2);
    }

    [Fact]
    public async Task AQuotaRefusesPodsAndCountsThem()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/resourcequotas", Quota);
        await client.SendAsync(HttpMethod.Post, PracticeClient.Workloads("deployments"), Deployment());
        var refused = await client.UntilAsync(PracticeClient.Workloads("deployments"), value => Failure(value) is not null);
        Assert.EndsWith(" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1",
            Failure(refused)!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await client.UntilAsync("/api/v1/namespaces/default/resourcequotas",
            quota => quota["status"]?["used"]?["pods"]?.GetValue<string>() == "1");
        await client.PatchAsync("/api/v1/namespaces/default/resourcequotas/small", """{"spec":{"hard":{"pods":"2"}}}""");
        await client.UntilAsync(PracticeClient.Workloads("deployments"), value => Failure(value) is null
            && value["status"]?["availableReplicas"]?.GetValue<int>() == 2);
    }

    [Fact]
    public async Task AQuotaOnMemoryAsksEachContainerForIts()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/resourcequotas",
            """{"metadata":{"name":"compute"},"spec":{"hard":{"requests.memory":"1Gi"}}}""");
        var answer = await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods",
            """{"metadata":{"name":"one"},"spec":{"containers":[{"name":"app","image":"app:1"}]}}""");
        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Contains("failed quota: compute: must specify requests.memory for: app",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("statefulsets", "create Pod web-0 in StatefulSet web failed error: pods \"web-0\" is forbidden: exceeded quota")]
    [InlineData("daemonsets", "Error creating: pods \"web-")]
    public async Task OtherControllersTellOfRefusedPodsToo(string kind, string message)
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/resourcequotas",
            Quota.Replace("\"1\"", "\"0\"", StringComparison.Ordinal));
        await client.CreateAsync(kind, "web", spec: kind == "statefulsets" ? "\"serviceName\": \"web\"," : "");
        var told = await client.UntilAsync("/api/v1/namespaces/default/events",
            told => told["reason"]!.GetValue<string>() == "FailedCreate");
        Assert.StartsWith(message, told["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await client.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/resourcequotas/small");
        await client.RolledOutAsync(kind, "web", "app:1");
    }

    [Fact]
    public async Task EveryNamespaceHasADefaultAccount()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces", """{"metadata":{"name":"new"}}""");
        await client.UntilAsync("/api/v1/namespaces/new/serviceaccounts",
            account => account["metadata"]!["name"]!.GetValue<string>() == "default");
        await client.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/new");
        await client.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/serviceaccounts/default");
        await client.UntilAsync("/api/v1/namespaces/default/serviceaccounts",
            account => account["metadata"]!["name"]!.GetValue<string>() == "default");
        Assert.Empty(await client.ListAsync("/api/v1/namespaces/new/serviceaccounts"));
    }

    [Fact]
    public async Task TheSystemsPrioritiesAreBuiltIn()
    {
        await using var client = await PracticeClient.StartAsync();
        var values = (await client.ListAsync("/apis/scheduling.k8s.io/v1/priorityclasses"))
            .Select(value => $"{value["metadata"]!["name"]} {value["value"]}");
        Assert.Equal(["system-cluster-critical 2000000000", "system-node-critical 2000001000"], values);
    }

    [Fact]
    public async Task ABudgetTellsWhatItCouldSpare()
    {
        await using var client = await PracticeClient.StartAsync();
        const string Budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
        await client.CreateAsync("deployments", "web", spec: "\"replicas\": 3,");
        await client.SendAsync(HttpMethod.Post, Budgets,
            """{"metadata":{"name":"web"},"spec":{"maxUnavailable":"33%","selector":{"matchLabels":{"app":"web"}}}}""");
        var budget = await client.UntilAsync(Budgets, budget => budget["status"]?["currentHealthy"]?.GetValue<int>() == 3);
        var status = budget["status"]!;
        int Count(string field) => status[field]!.GetValue<int>();
        Assert.Equal((1, 2, 3), (Count("disruptionsAllowed"), Count("desiredHealthy"), Count("expectedPods")));
        await client.PatchAsync($"{Budgets}/web", """{"spec":{"maxUnavailable":null,"minAvailable":3}}""");
        await client.UntilAsync(Budgets, budget => budget["status"]!["disruptionsAllowed"]!.GetValue<int>() == 0
            && budget["status"]!["conditions"]![0]!["reason"]!.GetValue<string>() == "InsufficientPods");
    }

    [Fact]
    public async Task FieldsBehindAClosedGateAreDropped()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, PracticeClient.Workloads("deployments"),
            Deployment("\"resourceClaims\": [{\"name\": \"gpu\", \"resourceClaimName\": \"shared\"}],"));
        Assert.DoesNotContain("resourceClaims", (await client.GetAsync($"{PracticeClient.Workloads("deployments")}/web")).ToJsonString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManagedFieldsNameTheKeysAndWhoWroteThem()
    {
        await using var client = await PracticeClient.StartAsync();
        const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
        await client.SendAsync(HttpMethod.Post, $"{ConfigMaps}?fieldManager=pipeline",
            """{"metadata":{"name":"settings"},"data":{"A":"1","B":"1","C":"1"}}""");
        await client.PatchAsync($"{ConfigMaps}/settings?fieldManager=by-hand", """{"data":{"A":"2"}}""");
        await client.PatchAsync($"{ConfigMaps}/settings?fieldManager=cleaner", """{"data":{"B":null}}""");
        var entries = (await client.GetAsync($"{ConfigMaps}/settings"))["metadata"]!["managedFields"]!.AsArray()
            .Select(entry => $"{entry!["manager"]} {entry["fieldsV1"]!.ToJsonString()}");
        Assert.Equal(["pipeline {\"f:data\":{\".\":{},\"f:C\":{}}}", "by-hand {\"f:data\":{\"f:A\":{}}}"], entries);
    }

    [Fact]
    public async Task TextsOfASecretAreKeptAsItsData()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/secrets",
            """{"metadata":{"name":"s"},"stringData":{"user":"practice"}}""");
        var secret = await client.GetAsync("/api/v1/namespaces/default/secrets/s");
        Assert.Equal("cHJhY3RpY2U=", secret["data"]!["user"]!.GetValue<string>());
        Assert.Null(secret["stringData"]);
    }

    [Theory]
    [InlineData("100m", false, "100m")]
    [InlineData("1500m", false, "1500m")]
    [InlineData("2000m", false, "2")]
    [InlineData("0.5", false, "500m")]
    [InlineData("1024Mi", true, "1Gi")]
    [InlineData("1500Mi", true, "1500Mi")]
    [InlineData("1M", true, "1000000")]
    [InlineData("0", true, "0")]
    public void QuantitiesAreWrittenShort(string text, bool isMemory, string canonical) =>
        Assert.Equal(canonical, Quantity.Format(Quantity.Parse(text)!.Value, isMemory));

    [Fact]
    public void WhatIsNoQuantityIsNone() => Assert.Null(Quantity.Parse("much"));

    private static JsonNode? Failure(JsonObject value) =>
        value["status"]?["conditions"]?.AsArray().FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == "ReplicaFailure");

    private static string Deployment(string podSpec = "") => $$$"""
        {
          "metadata": {"name": "web"},
          "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": { {{{podSpec}}} "containers": [{"name": "app", "image": "app:1"}]}}
          }
        }
        """;
}
