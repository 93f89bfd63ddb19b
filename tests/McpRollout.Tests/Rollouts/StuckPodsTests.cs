using McpRollout.Approvals.Intake;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

/// <summary>Made-up pods: w is ready and of the wanted revision, ! of it and not ready, r ready and of another, t being deleted, f failed;
/// a bare number is stuck.</summary>
public sealed class StuckPodsTests
{
    [Theory]
    [InlineData("0w 1w 2w", "", null)]
    [InlineData("0r 1r 2", "2", "2")]
    [InlineData("0r 1 2", "1,2", "1")]
    [InlineData("0 1 2", "0,1,2", "0")]
    [InlineData("2 1 0r", "1,2", "1")]
    [InlineData("0w 1! 2", "2", null)]
    [InlineData("0r 2", "2", null)]
    [InlineData("0r 1t 2", "2", null)]
    [InlineData("0r 1f 2", "2", null)]
    [InlineData("0r 1r 2r 3", "", null)]
    public void Those_that_wait_are_named_in_order_and_the_controller_stands_at_the_first(string pods, string stuck, string? awaited) =>
        AssertStuck(History(pods), stuck, awaited);

    [Fact]
    public void Below_the_partition_deleting_would_bring_the_same_back() =>
        AssertStuck(History("0 1 2", ("\"partition\": 0", "\"partition\": 1")), "1,2", null);

    [Fact]
    public void Ordinals_may_start_elsewhere() =>
        AssertStuck(History("5r 6 7", ("\"podManagementPolicy\"", "\"ordinals\": {\"start\": 5}, \"podManagementPolicy\"")), "6,7", "6");

    [Theory]
    [InlineData("\"OrderedReady\"", "\"Parallel\"")]
    [InlineData("\"RollingUpdate\"", "\"OnDelete\"")]
    public void Where_the_controller_does_not_wait_nothing_is_stuck(string old, string changed) =>
        AssertStuck(History("0 1 2", (old, changed)), "", null);

    [Fact]
    public void Pods_of_another_owner_are_none_of_its()
    {
        var history = RevisionHistory.From(Samples.StatefulSet(), [],
            Samples.List($"[{Pod("1").Replace(Samples.StatefulSet().Uid, "another", StringComparison.Ordinal)}]"));
        AssertStuck(history, "", null);
    }

    [Fact]
    public void A_plan_names_them_by_uid_and_has_a_step_for_each()
    {
        var history = Samples.StatefulSetHistory();
        var cluster = new ClusterIdentity("c", "https://c");
        var plan = UndoPlanning.Plan(cluster, history, history.Find(1)!, deletesStuckPods: true);
        Assert.Equal([new PodRef("db-1", "27ff9666-dc04-45ac-a1e7-fd41510c1890")], plan.Pods);
        var step = UndoPlanning.Steps(plan)[2];
        Assert.StartsWith("Delete pod db-1 (uid 27ff9666-dc04-45ac-a1e7-fd41510c1890) if the StatefulSet waits for it then", step,
            StringComparison.Ordinal);
        Assert.Empty(UndoPlanning.Plan(cluster, history, history.Find(1)!).Pods);
        Assert.Contains("The undo deletes it after the patch", RolloutFindings.For(history, history.Find(1)!, deletesStuckPods: true)
            .Single(finding => finding.Code == FindingKinds.StuckPods.Code).Message, StringComparison.Ordinal);
    }

    private static void AssertStuck(RevisionHistory history, string stuck, string? awaited)
    {
        Assert.Equal(stuck, string.Join(',', StuckPods.In(history, "wanted").Select(pod => PodRef.Of(pod).Uid)));
        Assert.Equal(awaited, StuckPods.Awaited(history, "wanted") is { } pod ? PodRef.Of(pod).Uid : null);
    }

    private static RevisionHistory History(string pods, params (string Old, string New)[] changes) => RevisionHistory.From(
        Samples.StatefulSet(
            [("\"replicas\": 2,\n    \"revisionHistoryLimit\"", "\"replicas\": 3,\n    \"revisionHistoryLimit\""), .. changes]),
        [],
        Samples.List($"[{string.Join(',', pods.Split(' ').Select(Pod))}]"));

    private static string Pod(string word) => $$$"""
        {"metadata":{"name":"db-{{{word[0]}}}","uid":"{{{word[0]}}}","labels":{"controller-revision-hash":"{{{(word[^1] is 'w' or '!' ? "wanted" : "bad")}}}"},
          {{{(word[^1] == 't' ? "\"deletionTimestamp\":\"2026-11-22T00:00:00Z\"," : "")}}}
          "ownerReferences":[{"uid":"{{{Samples.StatefulSet().Uid}}}","controller":true}]},
         "status":{"phase":"{{{(word[^1] == 'f' ? "Failed" : "Running")}}}","conditions":[{"type":"Ready","status":"{{{(word[^1] is 'r' or 'w' ? "True" : "False")}}}"}] } }
        """;
}
