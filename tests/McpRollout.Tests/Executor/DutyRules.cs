using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Executor;

public class DutyRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 16, 52, 0, TimeSpan.Zero);
    private static readonly ExecutorTimes Times = new();
    private static readonly UndoRequest Approved = TempStore.NewRequest(now: Now) with { State = RequestState.Approved };
    private static readonly ExecutorReach Reach = new(new ClusterIdentity("practice", Approved.Plan.Server), new ClusterScope([]));

    [Fact]
    public void AnApprovedRequestIsCarriedOut() => Assert.Equal(ExecutorAction.Execute, For(Approved, Reach));

    [Fact]
    public void AProcessThatOnlyReadsCarriesNothingOut() =>
        Assert.Equal(ExecutorAction.None, For(Approved, Reach with { Scope = new ClusterScope([], readOnly: true) }));

    [Fact]
    public void AProcessOfOtherNamespacesCarriesNothingOut() =>
        Assert.Equal(ExecutorAction.None, For(Approved, Reach with { Scope = new ClusterScope(["dev-*"]) }));

    [Fact]
    public void AProcessWithOtherCredentialsOrAnotherClusterCarriesNothingOut()
    {
        Assert.Equal(ExecutorAction.None, For(Approved, Reach with { Cluster = new ClusterIdentity("viewer", Approved.Plan.Server) }));
        Assert.Equal(ExecutorAction.None, For(Approved, Reach with { Cluster = new ClusterIdentity("practice", "https://other") }));
        Assert.Equal(ExecutorAction.None, For(Approved, Reach with { Cluster = null }));
    }

    [Fact]
    public void AnyProcessEndsWhatIsOverdue() =>
        Assert.Equal(ExecutorAction.Expire, For(Approved, Reach with { Cluster = null }, Now.AddHours(1)));

    [Theory]
    [InlineData(RequestState.Executing, ExecutorAction.Reconcile)]
    [InlineData(RequestState.Unknown, ExecutorAction.Reconcile)]
    [InlineData(RequestState.Applied, ExecutorAction.Follow)]
    internal void WhatAProcessThatIsGoneHeldIsLookedAfterOnceItsLeaseIsOver(RequestState state, ExecutorAction duty)
    {
        var held = Approved with { State = state, ExecutingSince = Now, Lease = new Lease("gone", Now + Times.Lease) };
        Assert.Equal(ExecutorAction.None, For(held, Reach));
        Assert.Equal(duty, For(held, Reach, Now + Times.Lease));
    }

    [Theory]
    [InlineData(RequestState.Executing)]
    [InlineData(RequestState.Unknown)]
    [InlineData(RequestState.Applied)]
    internal void WhatNobodyCanLookAfterIsClosedInTheEnd(RequestState state)
    {
        var lost = Approved with { State = state, ExecutingSince = Now };
        var elsewhere = Reach with { Cluster = new ClusterIdentity("practice", "https://other") };
        Assert.Equal(ExecutorAction.None, For(lost, elsewhere));
        Assert.Equal(ExecutorAction.Abandon, For(lost, elsewhere, watched: TimeSpan.FromHours(1)));
        Assert.Equal(ExecutorAction.None,
            For(lost with { Lease = new Lease("me too", Now + Times.Lease) }, elsewhere, watched: TimeSpan.FromHours(1)));
        Assert.Equal(ExecutorAction.None, For(lost, elsewhere, Now.AddHours(1)));
        var closed = ExecutionTransitions.Abandon(lost, Now)!;
        Assert.True(closed.Next.IsFinished || closed.Next.State == RequestState.Unknown);
        Assert.Single(closed.Records);
    }

    [Fact]
    public void AProcessThatMayNotDeleteLeavesAPlanThatDeletesPodsToThoseWhoMay()
    {
        var applied = Approved with { State = RequestState.Applied, ExecutingSince = Now };
        var deleting = applied with { Plan = applied.Plan with { Pods = [new("web-0", "uid-2")] } };
        var reader = Reach with { Scope = new ClusterScope([], readOnly: true) };
        Assert.Equal(ExecutorAction.Follow, For(applied, reader));
        Assert.Equal(ExecutorAction.Follow, For(deleting, Reach));
        Assert.Equal(ExecutorAction.None, For(deleting, reader));
        Assert.Equal(ExecutorAction.Follow, For(deleting, reader, watched: TimeSpan.FromMinutes(10)));
    }

    private static ExecutorAction For(UndoRequest request, ExecutorReach reach, DateTimeOffset? now = null, TimeSpan watched = default) =>
        ExecutorActions.For(
        request, reach, request.IsHeldByOther("me", now ?? Now, Times.Lease), now ?? Now, watched, Times);
}
