using System.Text.Json;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

public sealed class WorkloadTests
{
    [Fact]
    public void The_selector_has_the_form_of_the_query_parameter() =>
        Assert.Equal("app=checkout,tier in (api,web)", Samples.Deployment().LabelSelector);

    [Theory]
    [InlineData("""{"matchExpressions":[{"key":"b","operator":"Exists"},{"key":"a","operator":"DoesNotExist"}]}""", "!a,b")]
    [InlineData(
        """{"matchLabels":{"x":"1"},"matchExpressions":[{"key":"t","operator":"NotIn","values":["b","a"]}]}""",
        "t notin (a,b),x=1")]
    [InlineData("{}", "")]
    public void Every_operator_of_a_selector_is_written(string selector, string expected) =>
        Assert.Equal(expected, LabelSelector.Text(Samples.Json(selector)));

    [Fact]
    public void The_template_is_kept_to_the_letter() =>
        Assert.StartsWith("{\n      \"metadata\": {\"creationTimestamp\": null", Samples.DaemonSet().Template.GetRawText(),
            StringComparison.Ordinal);

    [Fact]
    public void A_workload_without_a_template_is_refused() =>
        Assert.Throws<JsonException>(() => Workload.From(ResourceType.DaemonSet, Samples.Json("""{"metadata":{"name":"x"},"spec":{}}""")));

    [Fact]
    public void Defaults_are_those_of_the_API()
    {
        var bare = Workload.From(ResourceType.StatefulSet, Samples.Json("""{"metadata":{"name":"x"},"spec":{"template":{}}}"""));
        Assert.Equal((1, "RollingUpdate", 0), (bare.DesiredReplicas, bare.Strategy, bare.Partition));
        Assert.True(bare.IsOrdered);
        Assert.False(bare.IsObserved);
        Assert.False(bare.HasAnnotations);
        Assert.Empty(bare.Annotations);
    }
}
