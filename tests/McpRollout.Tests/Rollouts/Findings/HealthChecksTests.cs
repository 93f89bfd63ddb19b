using System.Text.Json;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;

namespace McpRollout.Tests.Rollouts.Findings;

public sealed class HealthChecksTests
{
    private static readonly (string, string)[] Complete =
    [
        ("\"replicas\": 3,", "\"replicas\": 2,"), ("\"updatedReplicas\": 1", "\"updatedReplicas\": 2"), ("\"unavailableReplicas\": 1,", ""),
        ("\"ready\": false", "\"ready\": true"), ("{\"waiting\": {\"message\": \"back-off: shop/checkout:crash-1.4.2\", \"reason\": "
            + "\"CrashLoopBackOff\"}}", "{\"running\": {}}"),
    ];

    [Fact]
    public void A_healthy_current_revision_warns()
    {
        Assert.StartsWith(
            "The current revision 2 is healthy: 2 of 2 pods are ready, with 3 restarts so far. ",
            Known.Deployment(Complete).Says(FindingKinds.CurrentHealthy),
            StringComparison.Ordinal);
        Assert.Null(Known.Deployment().Says(FindingKinds.CurrentHealthy));
        Assert.Null((Known.Deployment(Complete) with { PodsUnread = new(ClusterFailureKind.Forbidden, "no") })
            .Says(FindingKinds.CurrentHealthy));
    }

    [Fact]
    public void A_pod_that_was_replaced_never_hides_that_the_current_revision_is_healthy() => Assert.StartsWith(
        "The current revision 2 is healthy: 2 of 2 pods are ready",
        Known.Of(RevisionHistory.From(
            Known.Deployment(Complete).Workload,
            Samples.List(Recorded.ReplicaSets),
            Samples.List(Recorded.DeploymentPods.Replace("\"phase\": \"Pending\"", "\"phase\": \"Failed\"", StringComparison.Ordinal))))
            .Says(FindingKinds.CurrentHealthy),
        StringComparison.Ordinal);

    // Which of the two is the current one does not matter to the check.
    [Fact]
    public void A_target_whose_pods_fail_now_warns() => Assert.StartsWith(
        "Pods of revision 2 fail now: checkout-86b4b99d5d-9phng (CrashLoopBackOff). ",
        Known.Of(Known.Deployment().History, 2).Says(FindingKinds.TargetWasFailing), StringComparison.Ordinal);

    [Fact]
    public void Events_of_the_targets_pods_tell_of_failures_without_their_secrets()
    {
        var said = (Known.Deployment() with { PodEvents = new[] { RecordedSurroundings.Event("checkout-5d994bf79-old") } })
            .Says(FindingKinds.TargetWasFailing);
        Assert.Contains("revision 1: checkout-5d994bf79-old (\"Back-off restarting failed container", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_Events_tell_nothing_of_the_target()
    {
        JsonElement[] others =
        [
            RecordedSurroundings.Event("checkout-86b4b99d5d-9phng"), RecordedSurroundings.Event("checkout-5d994bf79-old", "Unhealthy"),
            RecordedSurroundings.Event("checkout-5d994bf79-old", "Pulled", "Normal"),
        ];
        Assert.Null((Known.Deployment() with { PodEvents = others }).Says(FindingKinds.TargetWasFailing));
    }

    [Fact]
    public void A_Deployment_without_a_deadline_informs()
    {
        Assert.Null(Known.Deployment().Says(FindingKinds.NoDeadline));
        Assert.NotNull(Known.Deployment(("\"progressDeadlineSeconds\": 600", "\"progressDeadlineSeconds\": 2147483647"))
            .Says(FindingKinds.NoDeadline));
        Assert.Null(Known.Of(Samples.DaemonSetHistory()).Says(FindingKinds.NoDeadline));
    }

    [Fact]
    public void A_target_without_a_readiness_probe_informs()
    {
        Assert.NotNull(Known.Deployment().Says(FindingKinds.NoProbes));
        Assert.Null(Known.Deployment(("\"name\": \"app\",", "\"name\": \"app\", \"readinessProbe\": {\"httpGet\": {\"path\": \"/ready\", "
            + "\"port\": 8080}},")).Says(FindingKinds.NoProbes));
    }
}
