using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;
using McpRollout.Tests.Properties;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Rollouts;

public sealed class TemplateMaskProperties
{
    [Fact]
    public void No_literal_of_the_environment_comes_through_the_mask() => Rule.HoldsFor(Templates.Any, template =>
        Assert.DoesNotContain(Templates.Literal, TemplateMask.Mask(Templates.Parse(template)).ToJsonString(), StringComparison.Ordinal));

    [Fact]
    public void Nothing_but_texts_is_masked() => Rule.HoldsFor(Templates.Any, template =>
    {
        var (before, after) = (JsonNode.Parse(template), TemplateMask.Mask(Templates.Parse(template)));
        Assert.True(JsonNode.DeepEquals(WithoutTexts(before), WithoutTexts(after)));
    });

    [Fact]
    public void No_literal_of_the_environment_and_no_hidden_character_comes_into_a_history() => Rule.HoldsFor(
        from newer in Templates.Any
        from older in Templates.Any
        select (newer, older),
        pair =>
        {
            var history = RevisionHistory.From(
                Workload.From(ResourceType.Deployment, Templates.Parse(Owner(pair.newer))),
                [Templates.Parse(ReplicaSet(2, pair.newer)), Templates.Parse(ReplicaSet(1, pair.older))]);
            var view = Histories.View(new ClusterIdentity("c", "https://c"), HistoryEvidence.Of(history, [], DateTimeOffset.UnixEpoch), 10,
                history.Find(1));
            var (text, facts) = (HistoryText.Of(view), JsonSerializer.Serialize(view, ToolJson.Default.HistoryView));

            Assert.DoesNotContain(Templates.Literal, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Templates.Literal, facts, StringComparison.Ordinal);
            Assert.All(text.Split('\n'), line => Assert.Equal(VisibleText.Of(line), line));
            Assert.All(view.Revisions.SelectMany(revision => revision.Changes.Concat(revision.EvidenceLines)),
                line => Assert.Equal(VisibleText.Of(line), line));
        });

    private static string Owner(string template) =>
        """{"metadata":{"name":"web","uid":"u","generation":1,"annotations":{"deployment.kubernetes.io/revision":"2"} }"""
            + $$$""","spec":{"template":{{{template}}} },"status":{"observedGeneration":1} }""";

    private static string ReplicaSet(int number, string template) =>
        $$$"""
        {"metadata":{"name":"web-{{{number}}}","uid":"r{{{number}}}","annotations":{"deployment.kubernetes.io/revision":"{{{number}}}"},
          "ownerReferences":[{"uid":"u","controller":true}]},"spec":{"template":{{{template}}} } }
        """;

    private static JsonNode? WithoutTexts(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, WithoutTexts(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutTexts)]),
        JsonValue when node.GetValueKind() == JsonValueKind.String => null,
        _ => node?.DeepClone(),
    };
}
