using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Selection;

namespace McpRollout.Tests.PracticeCluster;

public class SelectorTests
{
    private static readonly JsonObject Labels = JsonNode.Parse("""{"app":"web","tier":"front"}""")!.AsObject();

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web,tier!=back", true)]
    [InlineData("app!=web", false)]
    [InlineData("missing!=x", true)]
    [InlineData("app in (web, api),!missing", true)]
    [InlineData("app notin (web)", false)]
    [InlineData("tier", true)]
    [InlineData("missing", false)]
    public void LabelSelectorsReadAsKubectlWritesThem(string text, bool matches) =>
        Assert.Equal(matches, LabelSelector.Parse(text).Matches(Labels));

    [Theory]
    [InlineData("app in (")]
    [InlineData("=x")]
    public void NonsenseIsRefused(string text) => Assert.Throws<InvalidSelectorException>(() => LabelSelector.Parse(text));

    [Fact]
    public void ASpecsExpressionsSelectToo()
    {
        var selector = JsonNode.Parse("""
            {
              "matchLabels": {"app": "web"},
              "matchExpressions": [
                {"key": "tier", "operator": "In", "values": ["front"]},
                {"key": "x", "operator": "DoesNotExist"}
              ]
            }
            """);
        Assert.True(LabelSelector.From(selector!.AsObject()).Matches(Labels));
    }

    [Theory]
    [InlineData("metadata.name=web", true)]
    [InlineData("metadata.name!=web", false)]
    [InlineData("status.phase=Running,metadata.name==web", true)]
    public void FieldSelectorsSelectPods(string text, bool matches)
    {
        var pod = JsonNode.Parse("""{"metadata":{"name":"web"},"status":{"phase":"Running"}}""")!.AsObject();
        Assert.Equal(matches, FieldSelector.Parse(text, ResourceCatalog.Pods).Matches(pod));
    }

    [Fact]
    public void FieldsWithoutAnIndexAreRefused() =>
        Assert.Throws<InvalidSelectorException>(() => FieldSelector.Parse("spec.replicas=1", ResourceCatalog.Deployments));
}
