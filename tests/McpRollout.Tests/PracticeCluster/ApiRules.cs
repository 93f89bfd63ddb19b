using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace McpRollout.Tests.PracticeCluster;

public class ApiRules
{
    private static readonly string Web = $"{PracticeClient.Workloads("deployments")}/web";

    [Fact]
    public async Task AFailedTestAnswersInvalidWithEmptyDetails()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        var answer = await client.PatchAsync(Web,
            """[{"op":"test","path":"/metadata/uid","value":"another"},{"op":"replace","path":"/spec/replicas","value":9}]""",
            "application/json-patch+json");
        var status = await StatusOf(answer);
        Assert.Equal(422, (int)answer.StatusCode);
        Assert.Equal("Invalid", status["reason"]!.GetValue<string>());
        Assert.Empty(status["details"]!.AsObject());
        Assert.Equal(1, (await client.GetAsync(Web))["spec"]!["replicas"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"1"}}""", "application/merge-patch+json", 409, "Conflict")]
    [InlineData("""{"metadata":{"uid":"x"}}""", "application/merge-patch+json", 422, "Invalid")]
    [InlineData("""{"spec":{"selector":{"matchLabels":{"app":"x"}}}}""", "application/merge-patch+json", 422, "Invalid")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[]}}}}""", "application/merge-patch+json", 422, "Invalid")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"name":"app"}]}}}}""", "application/merge-patch+json", 422, "Invalid")]
    [InlineData("""{"spec":{"replicas":"many"}}""", "application/merge-patch+json", 422, "Invalid")]
    [InlineData("{}", "application/json", 415, "UnsupportedMediaType")]
    [InlineData("{", "application/merge-patch+json", 400, "BadRequest")]
    [InlineData("{}", "application/json-patch+json", 400, "BadRequest")]
    public async Task ABadPatchIsRefusedWithItsReason(string patch, string type, int code, string reason)
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        var answer = await client.PatchAsync(Web, patch, type);
        Assert.Equal((code, reason), ((int)answer.StatusCode, (await StatusOf(answer))["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task ADryRunShowsTheResultAndChangesNothing()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        await client.RolledOutAsync("deployments", "web", "app:1");
        var before = await client.GetAsync(Web);
        var answer = await client.PatchAsync($"{Web}?dryRun=All", """{"spec":{"replicas":5}}""");
        var scaled = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(5, scaled["spec"]!["replicas"]!.GetValue<int>());
        Assert.True(JsonNode.DeepEquals(before, await client.GetAsync(Web)));
    }

    [Fact]
    public async Task FieldsThatNobodyHereKnowsSurviveEveryWrite()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        await client.PatchAsync(Web, """{"spec":{"template":{"spec":{"fieldOfTomorrow":{"a":[1,{"b":true}]}}}}}""");
        await client.RolledOutAsync("deployments", "web", "app:1");
        await client.SetImageAsync("deployments", "web", "app:2");
        await client.RolledOutAsync("deployments", "web", "app:2");
        var sets = await client.ListAsync(PracticeClient.Workloads("replicasets"));
        Assert.Equal(2,
            sets.Count(set => set["spec"]!["template"]!["spec"]!["fieldOfTomorrow"]?.ToJsonString() == """{"a":[1,{"b":true}]}"""));
    }

    [Fact]
    public async Task OnlyGrantedUsersGetIn()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        using var undoer = client.ClientFor("undoer-token");
        using var stranger = client.ClientFor("nobody");
        Assert.Equal(HttpStatusCode.Unauthorized, await Code(stranger));
        Assert.Equal(HttpStatusCode.Forbidden, await Code(undoer));
        await client.SendAsync(HttpMethod.Post, "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
            """
            {
              "metadata": {"name": "r"},
              "rules": [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"], "resourceNames": ["web"]}]
            }
            """);
        await client.SendAsync(HttpMethod.Post, "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
            """{"metadata":{"name":"b"},"subjects":[{"kind":"User","name":"undoer"}],"roleRef":{"kind":"Role","name":"r"}}""");
        Assert.Equal(HttpStatusCode.OK, await Code(undoer));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PatchAsync(Web, "{}", client: undoer)).StatusCode);

        async Task<HttpStatusCode> Code(HttpClient caller) =>
            (await caller.GetAsync(Web, TestContext.Current.CancellationToken)).StatusCode;
    }

    [Fact]
    public async Task AWatchThatAsksForWhatIsThereIsToldWhereItEnds()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");

        await using var watch = await client.WatchAsync($"{PracticeClient.Workloads("deployments")}?watch=1&sendInitialEvents=true"
            + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dweb");

        Assert.Equal("ADDED", (await watch.NextAsync())["type"]!.GetValue<string>());
        var end = await watch.NextAsync();
        Assert.Equal("BOOKMARK", end["type"]!.GetValue<string>());
        Assert.Equal("true", end["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>());
    }

    [Fact]
    public async Task AForgottenVersionIsGone()
    {
        await using var client = await PracticeClient.StartAsync();
        await using var watch = await client.WatchAsync($"{PracticeClient.Workloads("deployments")}?watch=1&resourceVersion=1");
        var error = await watch.NextAsync();
        Assert.Equal(("ERROR", 410), (error["type"]!.GetValue<string>(), error["object"]!["code"]!.GetValue<int>()));
    }

    [Fact]
    public async Task ListsComeInPages()
    {
        await using var client = await PracticeClient.StartAsync();
        foreach (var name in new[] { "a", "b", "c" }) await client.CreateAsync("deployments", name);
        var first = await client.GetAsync($"{PracticeClient.Workloads("deployments")}?limit=2");
        Assert.Equal(1, first["metadata"]!["remainingItemCount"]!.GetValue<int>());
        var token = Uri.EscapeDataString(first["metadata"]!["continue"]!.GetValue<string>());
        var rest = await client.GetAsync($"{PracticeClient.Workloads("deployments")}?limit=2&continue={token}");
        Assert.Equal("c", Assert.Single(rest["items"]!.AsArray())!["metadata"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task WhoChangedWhatIsOnRecord()
    {
        await using var client = await PracticeClient.StartAsync();
        await client.CreateAsync("deployments", "web");
        // Its controller has annotated it by then: whoever writes the first annotation owns the whole map as well.
        await client.RolledOutAsync("deployments", "web", "app:1");
        await client.PatchAsync($"{Web}?fieldManager=mcp-rollout",
            """{"metadata":{"annotations":{"note":"x"}},"spec":{"template":{"spec":{"containers":[{"name":"app","image":"app:2"}]}}}}""",
            "application/strategic-merge-patch+json");
        var entry = (await client.GetAsync(Web))["metadata"]!["managedFields"]!.AsArray()
            .Single(entry => entry!["manager"]!.GetValue<string>() == "mcp-rollout")!;
        Assert.Equal(
            """{"f:metadata":{"f:annotations":{"f:note":{}}},"f:spec":{"f:template":{"f:spec":{"f:containers":"""
            + """{"k:{\"name\":\"app\"}":{"f:image":{}}}}}}}""",
            entry["fieldsV1"]!.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    private static async Task<JsonNode> StatusOf(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
}
