using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Mcp.Tools;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Tests.Rollouts.Helm;
using ModelContextProtocol;
using Moq;

namespace McpRollout.Tests.Agent;

/// <summary>Releases of Helm as an agent asks for them.</summary>
public sealed class ReleaseTests
{
    private const string Enabled = "--Helm:Enabled=true";

    private static readonly object Front = new { resource_type = "helm_release", @namespace = "front", name = "front" };

    [Theory]
    [InlineData("front")]
    [InlineData("plain")]
    public async Task AHistoryTellsTheRevisionsOfARelease(string name)
    {
        await using var rig = await StartAsync();

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", new { resource_type = "helm_release", @namespace = "front", name });

        var newest = facts.GetProperty("revisions")[0];
        Assert.Equal(name == "front" ? 3 : 1, facts.GetProperty("current_revision").GetInt64());
        Assert.Equal("deployed", newest.GetProperty("status").GetString());
        Assert.StartsWith("storefront-1.", newest.GetProperty("chart").GetString(), StringComparison.Ordinal);
        Assert.StartsWith($"helm_release/{name} in front, cluster \"practice\": current_revision", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHistoryTellsWhatEachRevisionChangedAndNoValue()
    {
        await using var rig = await StartAsync();

        var (listed, facts) = await rig.CallAsync("k8s_rollout_history", Front);
        var (full, detail) = await rig.CallAsync(
            "k8s_rollout_history", new { resource_type = "helm_release", @namespace = "front", name = "front", revision = 2, limit = 1 });

        Assert.Equal("chart storefront 1.5.0 -> 1.4.0", facts.GetProperty("revisions")[0].GetProperty("changes")[0].GetString());
        Assert.Equal(3, facts.GetProperty("revisions")[0].GetProperty("ready_replicas").GetInt32());
        Assert.Equal("registry.example/shop/front:2.8.0",
            facts.GetProperty("revisions")[1].GetProperty("images").GetProperty("deployment/front/front").GetString());
        Assert.Contains("description (somebody's words) \"Rollback to 1\"", listed, StringComparison.Ordinal);
        Assert.Equal(
            ["cache", "database.password", "image.tag", "replicas"],
            detail.GetProperty("detail").GetProperty("values").EnumerateArray().Select(value => value.GetString()));
        Assert.Contains("a rollback to it runs hooks: ConfigMap front-before-rollback (pre-rollback, post-rollback)", full,
            StringComparison.Ordinal);
        foreach (var told in new[] { listed, facts.GetRawText(), full, detail.GetRawText() })
            Assert.DoesNotContain("Passw0rd", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStatusSaysWhatHelmSaysAndHowTheWorkloadsAre()
    {
        await using var rig = await StartAsync();

        var (text, facts) = await rig.CallAsync("k8s_rollout_status", Front);

        Assert.Equal("complete", facts.GetProperty("state").GetString());
        Assert.Equal(3, facts.GetProperty("revision").GetInt64());
        Assert.Equal(3, facts.GetProperty("replicas").GetProperty("ready").GetInt32());
        Assert.Contains("Helm calls revision 3 (storefront-1.4.0) of front deployed.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStatusWaitsForTheWorkloads()
    {
        await using var rig = await StartAsync();
        await ChangeImageAsync(rig, "front:2.9.0-slow");

        var (_, facts) = await rig.CallAsync("k8s_rollout_status",
            new { resource_type = "helm_release", @namespace = "front", name = "front", wait_seconds = 30 });

        Assert.Equal("complete", facts.GetProperty("state").GetString());
    }

    [Fact]
    public async Task APendingReleaseNamesTheWayOut()
    {
        await using var rig = await StartAsync();
        var content = Releases.Content(3);
        content["version"] = 4;
        content["info"]!["status"] = "pending-upgrade";
        await CreateAsync(rig, "secrets", Releases.Stored(content));

        var (history, _) = await rig.CallAsync("k8s_rollout_history", Front);
        var (status, facts) = await rig.CallAsync("k8s_rollout_status", Front);

        Assert.All([history, status], text => Assert.Contains(
            "a rollback is the way out: helm rollback front 3 --namespace front --wait", text, StringComparison.Ordinal));
        Assert.Equal("progressing", facts.GetProperty("state").GetString());
    }

    [Fact]
    public async Task ARevisionWhoseRecordCannotBeReadIsToldAsSuchAndTheOthersAre()
    {
        await using var rig = await StartAsync();
        await CreateAsync(rig, "secrets", Releases.Stored("bm90IGEgcmVjb3Jk", 4, "failed"));

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Front);
        var refusal = await rig.RefusalAsync("k8s_rollout_history",
            new { resource_type = "helm_release", @namespace = "front", name = "front", revision = 4 });

        Assert.Equal(4, facts.GetProperty("total_revisions").GetInt32());
        Assert.Contains("4 (current)", text, StringComparison.Ordinal);
        Assert.Contains("its record cannot be read: it is not in base64, as Helm writes it", text, StringComparison.Ordinal);
        Assert.Contains("chart storefront 1.4.0 -> 1.5.0", text, StringComparison.Ordinal);
        Assert.StartsWith("The record of revision 4 of helm_release/front cannot be read", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUndoIsRefusedWithTheVeryCommandForAPerson()
    {
        await using var rig = await StartAsync();

        var refusal = await rig.RefusalAsync("k8s_rollout_undo", Undo(2, 3));

        Assert.Contains("helm rollback front 2 --namespace front --wait", refusal, StringComparison.Ordinal);
        Assert.Contains("has no revision 9. Its revisions: 3, 2, 1", await rig.RefusalAsync("k8s_rollout_undo", Undo(9, 3)),
            StringComparison.Ordinal);
        Assert.Contains("no longer current", await rig.RefusalAsync("k8s_rollout_undo", Undo(1, 2)), StringComparison.Ordinal);
        Assert.Contains("Choose an earlier one: 2, 1", await rig.RefusalAsync("k8s_rollout_undo", Undo(3, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUndoOfAReleaseThatAnotherProcessForwardsIsNotRead()
    {
        await using var rig = await StartAsync();
        rig.Cluster.Faults.ForgetRequests();
        var arguments = JsonSerializer.SerializeToElement(Undo(2, 3)).EnumerateObject().ToDictionary(each => each.Name, each => each.Value);

        var answer = await new ServedTool<UndoTool>("k8s_rollout_undo", new ToolOffer(Releases: true, [])).AnswerAsync(
            new(arguments, new("agent", "unknown client"), new Mock<ToolProgress>().Object, new AgentsSide(null, null)), null, rig.Services,
            TestContext.Current.CancellationToken);

        Assert.Contains("resource_type", answer.Text, StringComparison.Ordinal);
        Assert.Empty(rig.Cluster.Faults.Requests);
    }

    [Fact]
    public async Task AnUndoSaysWhatHelmSaysOfItsTargetAndWhatStandsInTheWay()
    {
        await using var rig = await StartAsync();
        await CreateAsync(rig, "secrets", Releases.Stored("bm90IGEgcmVjb3Jk", 4, "failed"));
        await CreateAsync(rig, "secrets", Releases.Stored("bm90IGEgcmVjb3Jk", 5, "pending-upgrade"));

        var refusal = await rig.RefusalAsync("k8s_rollout_undo", Undo(4, 5));

        Assert.Contains("Helm calls revision 4 failed", refusal, StringComparison.Ordinal);
        Assert.Contains("Revision 5 of front is pending-upgrade", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereSecretsAreConfigMapsOfTheSameReleaseAreNoRevisions()
    {
        await using var rig = await StartAsync();
        await CreateAsync(rig, "configmaps", Releases.Stored("bm90IGEgcmVjb3Jk", 9));

        var (_, facts) = await rig.CallAsync("k8s_rollout_history", Front);

        Assert.Equal((3, 3), (facts.GetProperty("current_revision").GetInt32(), facts.GetProperty("total_revisions").GetInt32()));
    }

    [Fact]
    public async Task ImagesAreNamedByTheirNamespaceWhereItIsAnotherAndNoWorkloadIsTakenForEvidence()
    {
        await using var rig = await StartAsync();
        var content = Releases.Content(3);
        content["version"] = 4;
        content["manifest"] = string.Join("\n---\n", new[] { "front", "shop" }.Select(space =>
            $"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: reader, namespace: {space}}}, "
                + $"spec: {{template: {{spec: {{containers: [{{name: a, image: '{space}:1'}}]}}}}}}}}"));
        await CreateAsync(rig, "secrets", Releases.Stored(content));

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Front);

        var images = facts.GetProperty("revisions")[0].GetProperty("images");
        Assert.Equal("front:1", images.GetProperty("deployment/reader/a").GetString());
        Assert.Equal("shop:1", images.GetProperty("deployment/reader/a in shop").GetString());
        Assert.DoesNotContain("its workloads", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReleaseThatIsNotThereIsAnsweredWithThoseThatAre()
    {
        await using var rig = await StartAsync();

        var refusal = await rig.RefusalAsync("k8s_rollout_history",
            new { resource_type = "helm_release", @namespace = "front", name = "frnt" });
        var nothing = await rig.RefusalAsync("k8s_rollout_status",
            new { resource_type = "helm_release", @namespace = "shop", name = "checkout" });

        Assert.Equal("There is no helm_release/frnt in namespace front. Those there: front, plain.", refusal);
        Assert.Contains("no releases of Helm at all", nothing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoeverMayNotReadTheRecordsIsToldWhatToGrant()
    {
        await using var rig = await StartAsync();
        using var forbidden = rig.Cluster.Faults.Answer(403, FaultInjection.On("GET", "/secrets"), times: 1);
        using var both = rig.Cluster.Faults.Answer(403, FaultInjection.On("GET", "/configmaps"), times: 1);

        Assert.Contains("get and list on secrets and configmaps in namespace front",
            await rig.RefusalAsync("k8s_rollout_history", Front), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkloadInANamespaceThatMayNotBeSpokenOfIsNotRead()
    {
        await using var rig = await StartAsync("--Cluster:Namespaces:0=front");
        var content = Releases.Content(3);
        content["version"] = 4;
        content["manifest"] = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: checkout, namespace: shop}, spec: {template: {}}}";
        await CreateAsync(rig, "secrets", Releases.Stored(content));
        rig.Cluster.Faults.ForgetRequests();

        var (text, facts) = await rig.CallAsync("k8s_rollout_status", Front);

        Assert.Equal("progressing", facts.GetProperty("state").GetString());
        Assert.Contains("1 of its 1 workloads were not read: deployment/checkout. Namespace \"shop\" is outside those", text,
            StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Cluster.Faults.Requests, request => request.Path.Contains("/shop/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnlyTheMetadataOfRecordsIsListedAndOnlyThoseToldAreRead()
    {
        await using var rig = await StartAsync();
        rig.Cluster.Faults.ForgetRequests();

        await rig.CallAsync("k8s_rollout_history", new { resource_type = "helm_release", @namespace = "front", name = "front", limit = 1 });

        Assert.Equal(
            ["sh.helm.release.v1.front.v2", "sh.helm.release.v1.front.v3"],
            rig.Cluster.Faults.Requests.Select(request => request.Path)
                .Where(path => path.Contains("/secrets/", StringComparison.Ordinal))
                .Select(path => path[(path.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AWorkloadOfAReleaseLeadsToTheRevisionThatHasTheWishedImages()
    {
        await using var rig = await StartAsync();
        foreach (var (at, version) in new[] { "2.8.0", "3.0.0" }.Index())
        {
            await ChangeImageAsync(rig, $"registry.example/shop/front:{version}");
            await RevisedAsync(rig, at + 2);
        }

        var deployment = new { resource_type = "deployment", @namespace = "front", name = "front" };

        var (history, _) = await rig.CallAsync("k8s_rollout_history", deployment);
        var (asked, _) = await rig.CallAsync("k8s_rollout_undo", new
        {
            deployment.resource_type,
            deployment.@namespace,
            deployment.name,
            to_revision = 2,
            current_revision = 3,
            reason = "The release fails.",
        });

        Assert.Contains("Its release front is at revision 3 (deployed); ask with resource_type helm_release", history,
            StringComparison.Ordinal);
        Assert.Contains("Its release front has these images in revision 2: ask with resource_type helm_release, name front, to_revision 2, "
            + "current_revision 3", asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("helm_release")]
    [InlineData("release")]
    public async Task WithoutTheSettingTheTypeIsAnsweredWithTheSettingAndNothingIsAsked(string type)
    {
        await using var rig = await AgentRig.StartAsync();
        rig.Cluster.Faults.ForgetRequests();

        var refusal = await rig.RefusalAsync("k8s_rollout_history", new { resource_type = type, @namespace = "front", name = "front" });

        Assert.Contains("Helm:Enabled=true", refusal, StringComparison.Ordinal);
        Assert.Empty(rig.Cluster.Faults.Requests);
    }

    [Fact]
    public async Task WithTheSettingTheTypeIsInTheSchemasAndAPluralLeadsToIt()
    {
        await using var rig = await StartAsync();

        var tools = await rig.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var refusal = await rig.RefusalAsync("k8s_rollout_history",
            new { resource_type = "helmreleases", @namespace = "front", name = "front" });

        var typed = tools.Select(tool => JsonSerializer.SerializeToNode(tool.ProtocolTool, McpJsonUtilities.DefaultOptions)!)
            .Select(tool => tool["inputSchema"]!["properties"]!["resource_type"]).OfType<JsonNode>().ToList();
        Assert.Equal(3, typed.Count);
        Assert.All(typed, type => Assert.Equal(
            ["deployment", "statefulset", "daemonset", "helm_release"], type["enum"]!.AsArray().Select(each => each!.GetValue<string>())));
        Assert.InRange(
            Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(tools.Select(tool => tool.ProtocolTool), McpJsonUtilities.DefaultOptions)),
            1, 7000);
        Assert.Contains("use \"helm_release\"", refusal, StringComparison.Ordinal);
    }

    private static object Undo(int to, int from) => new
    {
        resource_type = "helm_release",
        @namespace = "front",
        name = "front",
        to_revision = to,
        current_revision = from,
        reason = "The upgrade fails.",
    };

    // The records that the real helm made, and the workloads of the last of them.
    private static async Task<AgentRig> StartAsync(params string[] settings)
    {
        var rig = await AgentRig.StartAsync(settings: [Enabled, .. settings]);
        var made = await rig.Cluster.SendAsync(
            HttpMethod.Post, "/api/v1/namespaces", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"front"}}""");
        Assert.True(made.IsSuccessStatusCode);
        foreach (var secret in Releases.Secrets)
            await CreateAsync(rig, "secrets", secret);
        await CreateAsync(rig, "configmaps", Releases.ConfigMap);
        foreach (var each in Releases.Record(3).Manifest.Objects)
        {
            if (each.Workload("front") is { } workload)
                await SendAsync(rig, $"/apis/apps/v1/namespaces/front/{workload.Type.ToString().ToLowerInvariant()}s", each.Body);
            else if (each.Name.Kind == "Secret")
                await SendAsync(rig, "/api/v1/namespaces/front/secrets", each.Body);
        }

        await rig.Cluster.UntilAsync("/apis/apps/v1/namespaces/front/deployments",
            each => each["status"]?["readyReplicas"]?.GetValue<int>() == 2);
        await rig.Cluster.UntilAsync("/apis/apps/v1/namespaces/front/statefulsets",
            each => each["status"]?["readyReplicas"]?.GetValue<int>() == 1);
        return rig;
    }

    // Of changes that follow each other too soon the controller makes one revision.
    private static Task<JsonObject> RevisedAsync(AgentRig rig, int revision) => rig.Cluster.UntilAsync(
        "/apis/apps/v1/namespaces/front/deployments",
        each => each["metadata"]!["annotations"]?["deployment.kubernetes.io/revision"]?.GetValue<string>() == $"{revision}");

    private static async Task ChangeImageAsync(AgentRig rig, string image)
    {
        var changed = await rig.Cluster.PatchAsync(
            "/apis/apps/v1/namespaces/front/deployments/front",
            """{"spec":{"template":{"spec":{"containers":[{"name":"front","image":"IMAGE"}]}}}}"""
                .Replace("IMAGE", image, StringComparison.Ordinal),
            "application/strategic-merge-patch+json");
        Assert.True(changed.IsSuccessStatusCode);
    }

    private static Task CreateAsync(AgentRig rig, string plural, JsonElement stored) =>
        SendAsync(rig, $"/api/v1/namespaces/front/{plural}", stored);

    private static async Task SendAsync(AgentRig rig, string path, JsonElement value)
    {
        var body = JsonNode.Parse(value.GetRawText())!.AsObject();
        foreach (var field in new[] { "resourceVersion", "uid", "creationTimestamp" })
            body["metadata"]!.AsObject().Remove(field);
        if (path.Contains("/apps/", StringComparison.Ordinal))
        {
            body["metadata"]!["annotations"] =
                new JsonObject { ["meta.helm.sh/release-name"] = "front", ["meta.helm.sh/release-namespace"] = "front" };
        }

        var answer = await rig.Cluster.SendAsync(HttpMethod.Post, path, body.ToJsonString());
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
