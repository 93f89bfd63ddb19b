using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.PracticeCluster;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Agent;

public sealed class HugeObjectsTests
{
    private const int MostBytes = 300_000;

    [Theory]
    [InlineData(1, 1, 900_000)]
    [InlineData(64, 60, 10)]
    public async Task AWorkloadThatIsHugeIsReadUndoneAndToldOfWithinBounds(int containers, int variables, int length)
    {
        await using var rig = await AgentRig.StartAsync(carriesOut: false);
        foreach (var version in new[] { 1, 2 })
        {
            var answer = await rig.Cluster.SendAsync(
                version == 1 ? HttpMethod.Post : HttpMethod.Put,
                PracticeClient.Workloads("deployments") + (version == 1 ? "" : "/huge"),
                Deployment(containers, variables, length, version));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            await rig.Cluster.RolledOutAsync("deployments", "huge", $"app:{version}");
        }

        var workload = new JsonObject { ["resource_type"] = "deployment", ["namespace"] = "default", ["name"] = "huge" };
        Hold(await rig.CallAsync("k8s_rollout_history", workload), "changed");
        Hold(await rig.CallAsync("k8s_rollout_history", With(workload, ("revision", 1))), containers == 1
            ? "Left out: the template has" : "more changes");
        Hold(await rig.CallAsync("k8s_rollout_status", workload), "complete");
        var asked = await rig.CallAsync("k8s_rollout_undo",
            With(workload, ("to_revision", 1), ("current_revision", 2), ("reason", "it is too large"), ("wait_seconds", 0)));
        Hold(asked, "pending");
        Assert.DoesNotContain("qliteralq", asked.Facts.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void FiveThousandRevisionsAreToldOfWithinBounds()
    {
        var template = """{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"app","image":"app:1"}]} }""";
        var owner = Workload.From(ResourceType.Deployment, JsonElement.Parse(
            """{"metadata":{"name":"web","uid":"u","generation":1,"annotations":{"deployment.kubernetes.io/revision":"5000"} }"""
                + $$$""","spec":{"template":{{{template}}} },"status":{"observedGeneration":1} }"""));
        var history = RevisionHistory.From(owner, [.. Enumerable.Range(1, 5000).Select(number => JsonElement.Parse(
            $$$"""
            {"metadata":{"name":"web-{{{number}}}","annotations":{"deployment.kubernetes.io/revision":"{{{number}}}"},"ownerReferences":[{"uid":"u","controller":true}]},
             "spec":{"template":{{{template}}} } }
            """))]);

        var view = Histories.View(new ClusterIdentity("c", "https://c"), HistoryEvidence.Of(history, [], DateTimeOffset.UnixEpoch), 50,
            history.Find(1));

        Assert.Equal((5000, 51), (view.TotalRevisions, view.Revisions.Count));
        Assert.InRange(HistoryText.Of(view).Length, 1, 20_000);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(view, ToolJson.Default.HistoryView).Length, 1, 40_000);
    }

    private static void Hold((string Text, JsonElement Facts) answer, string words)
    {
        Assert.Contains(words, answer.Text + answer.Facts.GetRawText(), StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(answer.Text) + answer.Facts.GetRawText().Length, 1, MostBytes);
    }

    private static JsonObject With(JsonObject workload, params (string Name, JsonNode Value)[] more)
    {
        var arguments = workload.DeepClone().AsObject();
        foreach (var (name, value) in more)
            arguments[name] = value;
        return arguments;
    }

    private static string Deployment(int containers, int variables, int length, int version) => $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"huge"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"huge"} },
         "template":{"metadata":{"labels":{"app":"huge"} },"spec":{"containers":[{{{string.Join(',', Enumerable.Range(0, containers).Select(container =>
             $$"""
             {"name":"c{{container}}","image":"app:{{version}}","env":[{{string.Join(',', Enumerable.Range(0, variables).Select(variable =>
                 $"{{\"name\":\"V{variable}\",\"value\":\"qliteralq{version}{new string('x', length)}\"}}"))}}]}
             """))}}}]} } } }
        """;
}
