using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Tools;

public sealed class ExistingWorkloadsTests
{
    private static readonly WorkloadRef Missing = new(ResourceType.Deployment, "shop", "chekout");

    [Fact]
    public void TheNearestNamesComeFirst() => Assert.Equal(
        "There is no deployment/chekout in namespace shop. Those there: checkout, cart.",
        Text(deployments: ["cart", "checkout"], daemonSets: ["agent"]));

    [Fact]
    public void TheRightTypeIsNamedFirst() => Assert.Equal(
        "There is no deployment/chekout in namespace shop. There is a statefulset of that name: use resource_type \"statefulset\".",
        Text(deployments: [], statefulSets: ["chekout"]));

    [Fact]
    public void ASimilarNameOfAnotherTypeIsNamedToo() => Assert.Equal(
        "There is no deployment/chekout in namespace shop. Those there: cart. There is also statefulset/checkout.",
        Text(deployments: ["cart"], statefulSets: ["checkout"], daemonSets: ["agent"]));

    [Fact]
    public void WithoutAnyOfTheTypeTheOthersAreListed() => Assert.Equal(
        "There is no deployment/chekout in namespace shop. Its daemonsets: agent.",
        Text(deployments: [], daemonSets: ["agent"]));

    [Fact]
    public void AnEmptyNamespaceIsDoubted() => Assert.Equal(
        "There is no deployment/chekout in namespace shop. It has no deployments, statefulsets or daemonsets at all: check the namespace, "
            + "and the cluster.",
        Text(deployments: []));

    [Fact]
    public void AListThatCouldNotBeReadIsNotCalledEmpty() => Assert.Equal(
        "There is no deployment/chekout in namespace shop.", Text(deployments: null));

    [Fact]
    public void ALongListEndsInACount() => Assert.EndsWith(
        " and 8 more.", Text(deployments: [.. Enumerable.Range(0, 20).Select(number => $"app-{number}")]), StringComparison.Ordinal);

    private static string Text(
        IReadOnlyList<string>? deployments,
        IReadOnlyList<string>? statefulSets = null,
        IReadOnlyList<string>? daemonSets = null) =>
        ExistingWorkloads.Text(Missing, new Dictionary<ResourceType, IReadOnlyList<string>?>
        {
            [ResourceType.Deployment] = deployments,
            [ResourceType.StatefulSet] = deployments is null ? null : statefulSets ?? [],
            [ResourceType.DaemonSet] = deployments is null ? null : daemonSets ?? [],
        });
}
