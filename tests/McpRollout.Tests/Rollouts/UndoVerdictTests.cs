using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

public sealed class UndoVerdictTests
{
    private const string RequestId = "r-1";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private static readonly PodProblem Crash = new("checkout-1", "app", "CrashLoopBackOff", "back-off", 3, "1");

    [Fact]
    public void A_complete_rollout_is_healthy()
    {
        var done = Samples.Deployment(("\"updatedReplicas\": 1", "\"updatedReplicas\": 2"), ("\"replicas\": 3", "\"replicas\": 2"));
        Assert.Equal(new UndoVerdict(UndoRollout.Healthy, "deployment \"checkout\" successfully rolled out"), Judge(done, []));
    }

    [Fact]
    public void A_rollout_under_way_is_progressing_until_the_deadline()
    {
        Assert.Equal(UndoRollout.Progressing, Judge(Samples.Deployment(), [Crash]).Rollout);
        Assert.Equal(
            new UndoVerdict(
                UndoRollout.Degraded,
                "Not healthy after 10 min: Waiting for deployment \"checkout\" rollout to finish: 1 out of 2 new replicas have been "
                    + "updated; checkout-1, container app: CrashLoopBackOff (back-off)"),
            Judge(Samples.Deployment(), [Crash], Deadline));
    }

    [Fact]
    public void A_failed_rollout_is_degraded_at_once() => Assert.Equal(
        new UndoVerdict(UndoRollout.Degraded, "deployment \"checkout\" exceeded its progress deadline"),
        Judge(Samples.Deployment(("\"reason\": \"ReplicaSetUpdated\"", "\"reason\": \"ProgressDeadlineExceeded\"")), []));

    [Fact]
    public void A_workload_that_is_gone_or_another_is_superseded()
    {
        Assert.Equal(UndoRollout.Superseded, UndoVerdict.Judge(null, "u", "d", RequestId, [], TimeSpan.Zero, Deadline).Rollout);
        var now = Samples.Deployment();
        Assert.Equal(UndoRollout.Superseded,
            UndoVerdict.Judge(now, "another", now.TemplateDigest, RequestId, [], TimeSpan.Zero, Deadline).Rollout);
    }

    [Fact]
    public void A_newer_template_supersedes_even_when_it_is_healthy()
    {
        var now = Samples.Deployment(("\"updatedReplicas\": 1", "\"updatedReplicas\": 2"), ("\"replicas\": 3", "\"replicas\": 2"));
        Assert.Equal(UndoRollout.Superseded, UndoVerdict.Judge(now, now.Uid, "another", RequestId, [], TimeSpan.Zero, Deadline).Rollout);
    }

    [Theory]
    [InlineData("r-1", false)]
    [InlineData("r-2", true)]
    public void A_later_undo_to_the_same_template_supersedes(string latest, bool superseded)
    {
        var now = Samples.Deployment(("\"deployment.kubernetes.io/revision\"", $"\"mcp-rollout.dev/request-id\": \"{latest}\", "
            + $"\"deployment.kubernetes.io/revision\""));
        Assert.Equal(superseded, Judge(now, []).Rollout == UndoRollout.Superseded);
    }

    [Fact]
    public void An_undo_with_a_stuck_pod_is_never_healthy()
    {
        const string Stuck = "db-1 is stuck.";
        var done = Samples.StatefulSet(("\"readyReplicas\": 1", "\"readyReplicas\": 2"),
            ("\"updatedReplicas\": 1", "\"updatedReplicas\": 2"));
        Assert.Equal(UndoRollout.Healthy, Judge(done, []).Rollout);
        Assert.Equal(UndoRollout.Progressing, Judge(done, [], stuck: Stuck).Rollout);
        Assert.Equal(new UndoVerdict(UndoRollout.Progressing, $"Waiting for 1 pods to be ready... {Stuck}"),
            Judge(Samples.StatefulSet(), [], stuck: Stuck));
        Assert.Equal(
            new UndoVerdict(UndoRollout.Degraded, $"Not healthy after 10 min: Waiting for 1 pods to be ready; checkout-1, container app: "
                + $"CrashLoopBackOff (back-off). {Stuck}"),
            Judge(Samples.StatefulSet(), [Crash], Deadline, Stuck));
        Assert.EndsWith(Stuck, Judge(done, [], Deadline, Stuck).Message, StringComparison.Ordinal);
    }

    private static UndoVerdict Judge(Workload now, IReadOnlyList<PodProblem> problems, TimeSpan elapsed = default, string? stuck = null) =>
        UndoVerdict.Judge(now, now.Uid, now.TemplateDigest, RequestId, problems, elapsed, Deadline, stuck);
}
