using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Rollouts;

namespace McpRollout.Tests.Executor;

public class StuckPodDutiesRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 1, 0, 0, TimeSpan.Zero);
    private static readonly PodRef Pod = new("db-1", "27ff9666-dc04-45ac-a1e7-fd41510c1890");
    private static readonly (string Old, string New) Undone = ("\"updateRevision\": \"db-694b8cd44b\"",
        "\"updateRevision\": \"db-5f7987c9bf\"");
    private static readonly RevisionHistory Stuck = Samples.StatefulSetHistory(Undone);

    private static readonly UndoRequest Applied = TempStore.NewRequest(now: Now) is var request
        ? request with
        {
            State = RequestState.Applied,
            ExecutingSince = Now,
            Plan = request.Plan with { Uid = Stuck.Workload.Uid, Pods = [Pod] },
        }
        : throw new InvalidOperationException();

    [Fact]
    public void ThePlannedPodThatTheControllerWaitsForIsNext() => Assert.Equal(Pod, PodRef.Of(StuckPodActions.Next(Applied, Stuck)!.Value));

    [Fact]
    public void NothingIsNextBeforeTheControllerHasSeenThePatch()
    {
        Assert.Null(StuckPodActions.Next(Applied, Samples.StatefulSetHistory()));
        var unseen = Samples.StatefulSetHistory(Undone, ("\"generation\": 2", "\"generation\": 3"));
        Assert.Null(StuckPodActions.Next(Applied, unseen));
        Assert.Null(StuckPodActions.Waiting(Applied, unseen));
    }

    [Fact]
    public void WhatWasNotApprovedOrWasRefusedIsNotNext()
    {
        Assert.Null(StuckPodActions.Next(Applied with { Plan = Applied.Plan with { Pods = [Pod with { Uid = "another" }] } }, Stuck));
        Assert.Null(StuckPodActions.Next(Applied with { Plan = Applied.Plan with { Pods = [] } }, Stuck));
        Assert.Null(StuckPodActions.Next(With(PodDeletionState.Refused), Stuck));
        Assert.NotNull(StuckPodActions.Next(With(PodDeletionState.Kept), Stuck));
    }

    [Fact]
    public void AnAnnouncedDeletionEndsWhenThePodIsGoneOrReady()
    {
        Assert.Null(StuckPodActions.Settle(With(PodDeletionState.Deleting), Stuck, Now));
        Assert.Null(StuckPodActions.Settle(With(PodDeletionState.Refused), Samples.StatefulSetHistory(), Now));

        var ready = RevisionHistory.From(
            Stuck.Workload,
            [],
            Samples.List(Recorded.StatefulSetPods.Replace(
                "\"Ready\", \"status\": \"False\"",
                "\"Ready\", \"status\": \"True\"",
                StringComparison.Ordinal)));
        Assert.Equal("Kept undo.pod_kept", EndOf(ready));
        Assert.Equal("Deleted undo.pod_deleted", EndOf(RevisionHistory.From(Stuck.Workload, [], [])));
        Assert.Equal("Deleted undo.pod_deleted", EndOf(RevisionHistory.From(
            Stuck.Workload,
            [],
            Samples.List(Recorded.StatefulSetPods.Replace(
                "\"creationTimestamp\": \"2026-11-22T00:40:49Z\"",
                "\"deletionTimestamp\": \"2026-11-22T01:00:00Z\"",
                StringComparison.Ordinal)))));
    }

    [Fact]
    public void OneRecordAnnouncesAPodHoweverOftenItIsTried()
    {
        var announced = PodDeletions.Announce(Applied, Pod, Now);
        Assert.Single(announced.Records);
        Assert.Empty(PodDeletions.Announce(announced.Next, Pod, Now).Records);
        Assert.Single(PodDeletions.Announce(With(PodDeletionState.Kept), Pod, Now).Records);
    }

    [Fact]
    public void TheSuccessorOfADeletedPodHasAsLongAsTheRolloutHad()
    {
        Assert.Equal(Now, StuckPodActions.LastStep(With(PodDeletionState.Deleting, Now.AddMinutes(5))));
        Assert.Equal(Now.AddMinutes(5), StuckPodActions.LastStep(With(PodDeletionState.Deleted, Now.AddMinutes(5))));
    }

    [Fact]
    public void WhoMustDoWhatIsSaid()
    {
        const string Waits = "db-1 is not ready and still of another revision, and the StatefulSet waits for it.";
        Assert.Equal($"{Waits} This undo deletes it, in order; if that does not succeed, somebody must by hand (kubectl -n shop delete pod "
            + $"db-1).", StuckPodActions.Waiting(Applied, Stuck));
        Assert.Equal($"{Waits} The cluster refused its deletion (no), so somebody who may must delete it by hand (kubectl -n shop delete "
            + $"pod db-1).", StuckPodActions.Waiting(With(PodDeletionState.Refused), Stuck));
        Assert.Equal(
            $"{Waits} No deletion of it was approved, so somebody must delete it by hand (kubectl -n shop delete pod db-1).",
            StuckPodActions.Waiting(Applied with { Plan = Applied.Plan with { Pods = [] } }, Stuck));
        Assert.Null(StuckPodActions.Waiting(Applied, RevisionHistory.From(Stuck.Workload, [], [])));
    }

    private static UndoRequest With(PodDeletionState state, DateTimeOffset? at = null) =>
        Applied with { Deletions = [new PodDeletion(Pod, state, at ?? Now, "no")] };

    private static string EndOf(RevisionHistory history)
    {
        var settled = StuckPodActions.Settle(With(PodDeletionState.Deleting), history, Now)!;
        return $"{Assert.Single(settled.Next.Deletions).State} {AuditEvents.ToName(Assert.Single(settled.Records).Event)}";
    }
}
