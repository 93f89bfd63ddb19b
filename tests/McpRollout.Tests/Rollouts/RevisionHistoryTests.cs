using System.Text.Json;
using McpRollout.Rollouts.History;

namespace McpRollout.Tests.Rollouts;

public sealed class RevisionHistoryTests
{
    [Fact]
    public void A_Deployments_revisions_are_its_ReplicaSets()
    {
        var history = Samples.DeploymentHistory();
        Assert.Equal([2L, 1L], history.Revisions.Select(revision => revision.Number));
        Assert.Equal(2, history.Current?.Number);
        Assert.True(history.IsSettled);

        var first = history.Find(1)!;
        Assert.Same(first, history.PreviousOf(history.Current!));
        Assert.Null(history.PreviousOf(first));
        Assert.Null(history.Find(7));
        Assert.Equal("checkout-5d994bf79", first.Source);
        Assert.Equal((2, 2), (first.Replicas, first.ReadyReplicas));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 0, 22, 7, TimeSpan.Zero), first.CreatedAt);
        Assert.Equal([new("app", "shop/checkout:1.4.1"), new("wait", "shop/wait:1")], first.Images);
        Assert.Null(first.ChangeCause);
    }

    [Fact]
    public void A_Deployment_that_was_just_scaled_is_settled() =>
        Assert.True(Samples.DeploymentHistory(
            ("\"observedGeneration\": 2", "\"observedGeneration\": 1")) is { IsSettled: true, Workload.IsObserved: false });

    [Fact]
    public void A_ReplicaSets_template_is_restored_without_its_hash_label() =>
        Assert.Equal(
            """{"app":"checkout","tier":"web"}""",
            Samples.DeploymentHistory().Current!.Template.GetProperty("metadata").GetProperty("labels").GetRawText());

    [Fact]
    public void A_StatefulSets_current_revision_is_named_by_its_status()
    {
        var history = Samples.StatefulSetHistory();
        Assert.Equal("db-694b8cd44b", history.Current?.Source);
        Assert.True(history.IsSettled);

        var older = Samples.StatefulSetHistory(("\"updateRevision\": \"db-694b8cd44b\"", "\"updateRevision\": \"db-5f7987c9bf\""));
        Assert.Equal(1, older.Current?.Number);
    }

    [Fact]
    public void A_ControllerRevision_that_lacks_a_default_of_a_newer_server_leaves_no_history_unsettled()
    {
        var upgraded = Samples.StatefulSetHistory(("\"updateRevision\": \"db-694b8cd44b\"", "\"updateRevision\": \"db-5f7987c9bf\""));
        Assert.NotEqual(upgraded.Workload.TemplateDigest, upgraded.Current!.TemplateDigest);
        Assert.True(upgraded.IsSettled);
    }

    [Fact]
    public void A_DaemonSets_current_revision_is_the_highest()
    {
        var history = Samples.DaemonSetHistory();
        Assert.Equal((2, "agent-54875d458c"), (history.Current!.Number, history.Current.Source));
        Assert.True(history.IsSettled);
    }

    [Fact]
    public void A_ControllerRevisions_template_is_restored_without_the_patch_directive()
    {
        var template = Samples.StatefulSetHistory().Find(1)!.Template;
        Assert.False(template.TryGetProperty("$patch", out _));
        Assert.Equal(JsonValueKind.Null, template.GetProperty("metadata").GetProperty("creationTimestamp").ValueKind);
    }

    [Fact]
    public void Pods_are_counted_by_the_whole_name_for_a_StatefulSet_and_by_the_hash_for_a_DaemonSet()
    {
        var ofStatefulSet = Samples.StatefulSetHistory();
        Assert.Equal((1, 0), (ofStatefulSet.Find(2)!.Replicas, ofStatefulSet.Find(2)!.ReadyReplicas));
        Assert.Equal((1, 1), (ofStatefulSet.Find(1)!.Replicas, ofStatefulSet.Find(1)!.ReadyReplicas));

        var ofDaemonSet = Samples.DaemonSetHistory();
        Assert.Equal("54875d458c", ofDaemonSet.Current!.PodLabel);
        Assert.Equal((1, 0), (ofDaemonSet.Current.Replicas, ofDaemonSet.Current.ReadyReplicas));
    }

    [Fact]
    public void A_pod_that_failed_as_a_whole_is_not_counted_as_one_that_is_missing()
    {
        var evicted = Samples.List(Recorded.DaemonSetPods.Replace("\"Pending\"", "\"Failed\"", StringComparison.Ordinal));
        var history = RevisionHistory.From(Samples.DaemonSet(), Samples.List(Recorded.DaemonSetRevisions), evicted);
        Assert.Equal((0, 0), (history.Current!.Replicas, history.Current.ReadyReplicas));
    }

    [Fact]
    public void Counts_are_unknown_when_pods_were_not_read()
    {
        var history = RevisionHistory.From(Samples.StatefulSet(), Samples.List(Recorded.StatefulSetRevisions));
        Assert.Null(history.Current!.Replicas);
        Assert.Null(history.Current.ReadyReplicas);
    }

    [Fact]
    public void Only_what_the_workload_controls_counts()
    {
        var uid = Samples.Deployment().Uid;
        var recreated = Samples.DeploymentHistory((uid, "00000000-0000-0000-0000-000000000000"));
        Assert.Empty(recreated.Revisions);
        Assert.Empty(recreated.Pods);
        Assert.Null(recreated.Current);
        Assert.False(recreated.IsSettled);

        var released = Recorded.ReplicaSets.Replace("\"controller\": true", "\"controller\": false", StringComparison.Ordinal);
        Assert.Empty(RevisionHistory.From(Samples.Deployment(), Samples.List(released)).Revisions);
    }

    [Fact]
    public void What_cannot_be_read_as_a_revision_is_left_out()
    {
        var broken = Recorded.ReplicaSets.Replace("\"deployment.kubernetes.io/revision\": \"1\"",
            "\"deployment.kubernetes.io/revision\": \"one\"", StringComparison.Ordinal);
        Assert.Equal([2L], RevisionHistory.From(Samples.Deployment(), Samples.List(broken)).Revisions.Select(revision => revision.Number));

        var empty = Recorded.StatefulSetRevisions.Replace("\"data\":", "\"other\":", StringComparison.Ordinal);
        Assert.Empty(RevisionHistory.From(Samples.StatefulSet(), Samples.List(empty)).Revisions);
    }

    [Theory]
    [InlineData("crash-1.4.2", "1.4.3")]
    [InlineData("\"deployment.kubernetes.io/revision\": \"2\"", "\"deployment.kubernetes.io/revision\": \"3\"")]
    public void A_change_that_the_controller_has_not_dealt_with_is_not_settled(string old, string replacement) =>
        Assert.False(Samples.DeploymentHistory((old, replacement)).IsSettled);

    [Fact]
    public void A_Deployments_pods_are_those_of_its_ReplicaSets() =>
        Assert.Equal(3, Samples.DeploymentHistory().Pods.Count);
}
