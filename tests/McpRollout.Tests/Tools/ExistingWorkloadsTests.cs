using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Cluster;
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
    public void WhateverElseIsOfThatNameIsNamed() => Assert.Equal(
        "There is no deployment/chekout in namespace shop. There is a CronJob of that name, which has no revisions to go back to. "
            + "There is a ReplicaSet of that name, which belongs to Deployment checkout. "
            + "There is a Pod of that name that belongs to nothing, so it has no revisions to go back to. "
            + "There is a StatefulSet of that name in API group apps.kruise.io, whose revisions are kept by that group's own controller: "
            + "it cannot be undone here.",
        Text(deployments: [], others:
        [
            new("CronJob", "batch", null), new("ReplicaSet", "apps", ("Deployment", "checkout")), new("Pod", "", null),
            new("StatefulSet", "apps.kruise.io", null),
        ]));

    [Fact]
    public void AListThatCouldNotBeReadIsNotCalledEmpty() => Assert.Equal(
        "There is no deployment/chekout in namespace shop.", Text(deployments: null));

    [Fact]
    public void ALongListEndsInACount() => Assert.EndsWith(
        " and 8 more.", Text(deployments: [.. Enumerable.Range(0, 20).Select(number => $"app-{number}")]), StringComparison.Ordinal);

    private static string Text(
        IReadOnlyList<string>? deployments,
        IReadOnlyList<string>? statefulSets = null,
        IReadOnlyList<string>? daemonSets = null,
        IReadOnlyList<SameName>? others = null) =>
        ExistingWorkloads.Text(Missing, new Dictionary<ResourceType, IReadOnlyList<string>?>
        {
            [ResourceType.Deployment] = deployments,
            [ResourceType.StatefulSet] = deployments is null ? null : statefulSets ?? [],
            [ResourceType.DaemonSet] = deployments is null ? null : daemonSets ?? [],
        }, others ?? []);
}
