using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts.Findings;

public sealed class CapacityChecksTests
{
    private const string Strategy = "\"rollingUpdate\": {\"maxSurge\": \"25%\", \"maxUnavailable\": \"25%\"}, \"type\": \"RollingUpdate\"";
    private const string Volumes = "\"schedulerName\": \"default-scheduler\",";

    [Fact]
    public void A_budget_that_allows_nothing_warns_and_says_that_it_does_not_hold_the_undo_up()
    {
        Assert.StartsWith(
            "PodDisruptionBudget checkout (2 pods healthy, 2 wanted) allows no disruption now. The undo goes on all the same",
            Known.Deployment().Governed(NamespacePolicyKind.PodDisruptionBudget, RecordedSurroundings.Budget())
                .Says(FindingKinds.DisruptionBudget),
            StringComparison.Ordinal);
        Assert.Null(Known.Deployment().Governed(NamespacePolicyKind.PodDisruptionBudget, RecordedSurroundings.Budget(1))
            .Says(FindingKinds.DisruptionBudget));
        Assert.Null(Known.Deployment().Governed(NamespacePolicyKind.PodDisruptionBudget, RecordedSurroundings.Budget(0, "other"))
            .Says(FindingKinds.DisruptionBudget));
    }

    [Fact]
    public void A_volume_for_one_node_can_hold_up_a_rollout_that_lets_no_pod_be_missing()
    {
        (string, string) claim = (Volumes,
            $"{Volumes} \"volumes\": [{{\"name\": \"data\", \"persistentVolumeClaim\": {{\"claimName\": \"data\"}}}}],");
        Assert.Contains("PersistentVolumeClaim data: a volume for one node only", Known.Deployment(claim).Says(FindingKinds.MaxUnavailable),
            StringComparison.Ordinal);
        Assert.Null(Known.Deployment().Says(FindingKinds.MaxUnavailable));
        Assert.Null(Known.Deployment(claim, ("\"maxUnavailable\": \"25%\"", "\"maxUnavailable\": 1")).Says(FindingKinds.MaxUnavailable));
        Assert.Null(Known.Deployment(claim, (Strategy, "\"type\": \"Recreate\"")).Says(FindingKinds.MaxUnavailable));
    }

    [Fact]
    public void Full_nodes_hold_up_a_rollout_that_lets_no_pod_be_missing()
    {
        static (string, string) Unschedulable(string why) => ("\"conditions\": [{\"type\": \"PodScheduled\", \"status\": \"True\"}, "
            + "{\"type\": \"Ready\", \"status\": \"False\"}]",
            "\"conditions\": [{\"type\": \"PodScheduled\", \"status\": \"False\", \"reason\": \"Unschedulable\", \"message\": \"0/3 nodes "
                + "are available: 3 " + why + ".\"}]");
        Assert.Contains("checkout-86b4b99d5d-9phng cannot be scheduled",
            Known.Deployment(Unschedulable("Insufficient cpu")).Says(FindingKinds.MaxUnavailable), StringComparison.Ordinal);
        Assert.Null(Known.Deployment(Unschedulable("node(s) didn't match node selector")).Says(FindingKinds.MaxUnavailable));
    }

    [Fact]
    public void A_DaemonSets_allowance_is_used_up_by_pods_that_no_undo_mends()
    {
        var history = Samples.DaemonSetHistory();
        var facts = Known.Of(history);
        var current = history.Current!.PodLabel!;
        var broken = RevisionHistory.From(
            history.Workload, [.. history.Revisions.Select(revision => revision.Raw)],
            [.. history.Pods.Select(pod => Samples.Json(pod.GetRawText()
                .Replace($"\"{current}\"", $"\"{facts.Target.PodLabel}\"", StringComparison.Ordinal)
                .Replace("\"status\": \"True\"", "\"status\": \"False\"", StringComparison.Ordinal)))]);
        Assert.StartsWith("No more than 1 may be missing at a time", Known.Of(broken).Says(FindingKinds.MaxUnavailable),
            StringComparison.Ordinal);
        Assert.Null(Known.Of(RevisionHistory.From(
            history.Workload, [.. history.Revisions.Select(revision => revision.Raw)],
            [.. broken.Pods.Select(pod => Samples.Json(pod.GetRawText().Replace("\"Pending\"", "\"Failed\"", StringComparison.Ordinal)))]))
            .Says(FindingKinds.MaxUnavailable));
        Assert.Null(facts.Says(FindingKinds.MaxUnavailable));
    }

    [Theory]
    [InlineData("{\"pods\":\"3\"}", "{\"pods\":\"3\"}", null)]
    [InlineData(
        "{\"requests.cpu\":\"1\"}",
        "{\"requests.cpu\":\"900m\"}",
        "wants requests.cpu of every container, and app, wait gives none")]
    [InlineData("{\"requests.storage\":\"1Gi\",\"services\":\"1\"}", "{\"requests.storage\":\"1Gi\",\"services\":\"1\"}", null)]
    public void A_quota_is_held_against_what_the_undo_adds(string hard, string used, string? says) => Assert.Equal(
        says,
        Known.Deployment().Governed(NamespacePolicyKind.ResourceQuota, RecordedSurroundings.Quota(hard, used))
            .Says(FindingKinds.Quota) is { } said
            ? Assert.Single(new[] { says }, expected => said.Contains(expected!, StringComparison.Ordinal))
            : null);

    [Fact]
    public void Too_little_for_the_surge_warns()
    {
        (string, string)[] settled = [("\"replicas\": 3,", "\"replicas\": 2,"), ("\"resources\": {}", "\"resources\": {\"requests\": "
            + "{\"cpu\": \"200m\"}, \"limits\": {\"cpu\": \"1\", \"memory\": \"256Mi\"}}")];
        var facts = Known.Deployment(settled);
        Assert.Contains(
            "small leaves 0 of pods (hard 2), and 1 extra pod needs 1.",
            facts.Governed(NamespacePolicyKind.ResourceQuota, RecordedSurroundings.Quota("{\"pods\":\"2\"}", "{\"pods\":\"2\"}"))
                .Says(FindingKinds.Quota),
            StringComparison.Ordinal);
        Assert.Contains(
            "small leaves 0.1 of requests.cpu (hard 1), and 1 extra pod needs 0.2.",
            facts.Governed(
                NamespacePolicyKind.ResourceQuota,
                RecordedSurroundings.Quota("{\"requests.cpu\":\"1\"}", "{\"requests.cpu\":\"900m\"}")).Says(FindingKinds.Quota),
            StringComparison.Ordinal);
        Assert.Contains(
            "leaves 128Mi of limits.memory (hard 1Gi), and 1 extra pod needs 256Mi.",
            facts.Governed(
                NamespacePolicyKind.ResourceQuota,
                RecordedSurroundings.Quota("{\"limits.memory\":\"1Gi\"}", "{\"limits.memory\":\"896Mi\"}")).Says(FindingKinds.Quota),
            StringComparison.Ordinal);
        Assert.Null(facts.Governed(
            NamespacePolicyKind.ResourceQuota,
            RecordedSurroundings.Quota(
                "{\"pods\":\"3\",\"requests.memory\":\"1Gi\"}",
                "{\"pods\":\"2\",\"requests.memory\":\"512Mi\"}")).Says(FindingKinds.Quota));
        Assert.Null(facts.Governed(
            NamespacePolicyKind.ResourceQuota,
            RecordedSurroundings.Quota("{\"pods\":\"2\"}", "{\"pods\":\"2\"}", "\"scopes\": [\"BestEffort\"],")).Says(FindingKinds.Quota));
    }

    [Theory]
    [InlineData("\"type\": \"RollingUpdate\"", "Replaces 2 pods, at most 1 extra and 0 missing at a time.")]
    [InlineData("\"type\": \"Recreate\"", "Stops all pods before it starts 2 new ones: nothing serves in between.")]
    public void The_pace_is_told_from_the_strategy(string type, string pace) => Assert.Equal(
        pace,
        Known.Of(Known.Deployment(("\"type\": \"RollingUpdate\"", type), ("\"replicas\": 2}", "\"replicas\": 0}")).History)
            .Says(FindingKinds.Pace));

    [Fact]
    public void The_pace_of_the_other_kinds_is_told_too()
    {
        Assert.Equal("Replaces 1 of 2 pods (1 already of revision 1), one at a time, from the highest ordinal down, each after the one "
            + "before is ready.", Known.Of(Samples.StatefulSetHistory()).Says(FindingKinds.Pace));
        Assert.StartsWith("Replaces ", Known.Of(Samples.DaemonSetHistory()).Says(FindingKinds.Pace), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500m", 0.5)]
    [InlineData("1", 1.0)]
    [InlineData("2e3", 2000.0)]
    [InlineData("1Gi", 1073741824.0)]
    [InlineData("1.5k", 1500.0)]
    [InlineData("-1", -1.0)]
    [InlineData("lots", null)]
    [InlineData("1e40", null)]
    [InlineData("999999999999E", null)]
    public void Quantities_are_read_as_Kubernetes_writes_them(string text, double? amount) =>
        Assert.Equal((decimal?)amount, Quantity.Of(text));
}
