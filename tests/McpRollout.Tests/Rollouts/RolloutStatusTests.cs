using McpRollout.Rollouts.Status;

namespace McpRollout.Tests.Rollouts;

/// <summary>State and words, the latter as kubectl prints them.</summary>
public sealed class RolloutStatusTests
{
    private static readonly (string, string)[] Updated = [("\"updatedReplicas\": 1", "\"updatedReplicas\": 2")];

    [Fact]
    public void A_Deployment_waits_for_its_controller_first()
    {
        // The condition still speaks of the rollout before: a good undo must not look failed.
        var status = RolloutStatus.Judge(Samples.Deployment(
            ("\"generation\": 2", "\"generation\": 3"), ("\"reason\": \"ReplicaSetUpdated\"", "\"reason\": \"ProgressDeadlineExceeded\"")));
        Assert.Equal((RolloutState.Progressing, "Waiting for deployment spec update to be observed..."), (status.State, status.Message));
    }

    [Fact]
    public void A_Deployment_past_its_deadline_has_failed()
    {
        var status = RolloutStatus.Judge(Samples.Deployment(
            ("\"reason\": \"ReplicaSetUpdated\"", "\"reason\": \"ProgressDeadlineExceeded\"")));
        Assert.Equal((RolloutState.Failed, "deployment \"checkout\" exceeded its progress deadline"), (status.State, status.Message));
    }

    [Fact]
    public void A_Deployment_counts_updated_then_old_then_available()
    {
        var status = RolloutStatus.Judge(Samples.Deployment());
        Assert.Equal("Waiting for deployment \"checkout\" rollout to finish: 1 out of 2 new replicas have been updated...", status.Message);
        Assert.Equal(new ReplicaCounts(2, 1, 2, 2), status.Replicas);
        Assert.Equal(
            "Waiting for deployment \"checkout\" rollout to finish: 1 old replicas are pending termination...",
            RolloutStatus.Judge(Samples.Deployment(Updated)).Message);
        Assert.Equal(
            "Waiting for deployment \"checkout\" rollout to finish: 1 of 2 updated replicas are available...",
            RolloutStatus.Judge(Samples.Deployment(
                [.. Updated, ("\"replicas\": 3", "\"replicas\": 2"), ("\"availableReplicas\": 2", "\"availableReplicas\": 1")])).Message);

        var done = RolloutStatus.Judge(Samples.Deployment([.. Updated, ("\"replicas\": 3", "\"replicas\": 2")]));
        Assert.Equal((RolloutState.Complete, "deployment \"checkout\" successfully rolled out"), (done.State, done.Message));
    }

    [Fact]
    public void A_paused_Deployment_is_paused_in_kubectls_words()
    {
        var status = RolloutStatus.Judge(Samples.Deployment(
            ("\"progressDeadlineSeconds\"", "\"paused\": true, \"progressDeadlineSeconds\"")));
        Assert.Equal(RolloutState.Paused, status.State);
        Assert.StartsWith("Waiting for deployment \"checkout\" rollout to finish: 1 out of 2", status.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"generation\": 2", "\"generation\": 3", nameof(RolloutState.Progressing), "Waiting for statefulset spec update to be "
        + "observed...")]
    [InlineData("\"observedGeneration\": 2", "\"observedGeneration\": 0", nameof(RolloutState.Progressing), "Waiting for statefulset spec "
        + "update to be observed...")]
    [InlineData("\"generation\": 2", "\"generation\": 2", nameof(RolloutState.Progressing), "Waiting for 1 pods to be ready...")]
    [InlineData("\"readyReplicas\": 1", "\"readyReplicas\": 2", nameof(RolloutState.Progressing), "waiting for statefulset "
        + "rolling update to complete 1 pods at revision db-694b8cd44b...")]
    [InlineData("\"type\": \"RollingUpdate\"", "\"type\": \"OnDelete\"", nameof(RolloutState.Progressing), "rollout status is only "
        + "available for RollingUpdate strategy type")]
    public void A_StatefulSet_waits_for_ready_then_updated(string old, string replacement, string state, string message)
    {
        var status = RolloutStatus.Judge(Samples.StatefulSet((old, replacement)));
        Assert.Equal((state, message), (status.State.ToString(), status.Message));
    }

    [Fact]
    public void A_StatefulSet_is_complete_when_all_its_pods_are_ready_and_updated()
    {
        var status = RolloutStatus.Judge(Samples.StatefulSet([.. Updated, ("\"readyReplicas\": 1", "\"readyReplicas\": 2")]));
        Assert.Equal((RolloutState.Complete, "statefulset rolling update complete 2 pods at revision db-694b8cd44b..."),
            (status.State, status.Message));
        Assert.Equal(new ReplicaCounts(2, 2, 2, 2), status.Replicas);
    }

    [Fact]
    public void A_StatefulSets_partition_is_expected_to_stay()
    {
        var status = RolloutStatus.Judge(
            Samples.StatefulSet(("\"partition\": 0", "\"partition\": 1"), ("\"readyReplicas\": 1", "\"readyReplicas\": 2")));
        Assert.Equal((RolloutState.Complete, "partitioned roll out complete: 1 new pods have been updated..."),
            (status.State, status.Message));
    }

    [Fact]
    public void A_StatefulSet_without_rollingUpdate_goes_by_its_revisions()
    {
        var waiting = RolloutStatus.Judge(
            Samples.StatefulSet(("\"rollingUpdate\": {\"partition\": 0}, ", ""), ("\"readyReplicas\": 1", "\"readyReplicas\": 2")));
        Assert.Equal(
            (RolloutState.Progressing, "waiting for statefulset rolling update to complete 1 pods at revision db-694b8cd44b..."),
            (waiting.State, waiting.Message));

        var done = RolloutStatus.Judge(Samples.StatefulSet(
            ("\"rollingUpdate\": {\"partition\": 0}, ", ""),
            ("\"readyReplicas\": 1", "\"readyReplicas\": 2"),
            ("db-5f7987c9bf", "db-694b8cd44b")));
        Assert.Equal(
            (RolloutState.Complete, "statefulset rolling update complete 1 pods at revision db-694b8cd44b..."), (done.State, done.Message));
    }

    [Theory]
    [InlineData("\"generation\": 2", "\"generation\": 3", nameof(RolloutState.Progressing), "Waiting for daemon set spec update to be "
        + "observed...")]
    [InlineData(
        "\"updatedNumberScheduled\": 1",
        "\"updatedNumberScheduled\": 0",
        nameof(RolloutState.Progressing),
        "Waiting for daemon set \"agent\" rollout to finish: 0 out of 1 new pods have been updated...")]
    [InlineData("\"generation\": 2", "\"generation\": 2", nameof(RolloutState.Progressing), "Waiting for daemon set \"agent\" rollout to "
        + "finish: 0 of 1 updated pods are available...")]
    [InlineData(
        "\"numberReady\": 0",
        "\"numberReady\": 1, \"numberAvailable\": 1",
        nameof(RolloutState.Complete),
        "daemon set \"agent\" successfully rolled out")]
    [InlineData("\"type\": \"RollingUpdate\"", "\"type\": \"OnDelete\"", nameof(RolloutState.Progressing), "rollout status is only "
        + "available for RollingUpdate strategy type")]
    public void A_DaemonSet_waits_for_updated_then_available(string old, string replacement, string state, string message)
    {
        var status = RolloutStatus.Judge(Samples.DaemonSet((old, replacement)));
        Assert.Equal((state, message), (status.State.ToString(), status.Message));
    }
}
