using McpRollout.Broker;
using McpRollout.Cluster;
using McpRollout.Executor;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Executor;

public class DutyRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 16, 52, 0, TimeSpan.Zero);
    private static readonly UndoRequest Approved = TempStore.NewRequest(now: Now) with { State = RequestState.Approved };
    private static readonly ExecutorReach Reach = new(new ClusterIdentity("practice", Approved.Plan.Server), new NamespaceScope([]), ReadOnly: false);

    [Fact]
    public void AnApprovedRequestIsCarriedOut() => Assert.Equal(Duty.Execute, For(Approved, Reach));

    [Fact]
    public void AProcessThatOnlyReadsCarriesNothingOut() => Assert.Equal(Duty.None, For(Approved, Reach with { ReadOnly = true }));

    [Fact]
    public void AProcessOfOtherNamespacesCarriesNothingOut() =>
        Assert.Equal(Duty.None, For(Approved, Reach with { Scope = new NamespaceScope(["dev-*"]) }));

    [Fact]
    public void AProcessWithOtherCredentialsOrAnotherClusterCarriesNothingOut()
    {
        Assert.Equal(Duty.None, For(Approved, Reach with { Cluster = new ClusterIdentity("viewer", Approved.Plan.Server) }));
        Assert.Equal(Duty.None, For(Approved, Reach with { Cluster = new ClusterIdentity("practice", "https://other") }));
        Assert.Equal(Duty.None, For(Approved, Reach with { Cluster = null }));
    }

    [Fact]
    public void AnyProcessEndsWhatIsOverdue() => Assert.Equal(Duty.Expire, For(Approved, Reach with { Cluster = null }, Now.AddHours(1)));

    [Theory]
    [InlineData(RequestState.Executing, Duty.Reconcile)]
    [InlineData(RequestState.Unknown, Duty.Reconcile)]
    [InlineData(RequestState.Applied, Duty.Follow)]
    internal void WhatAProcessThatIsGoneHeldIsLookedAfterOnceItsLeaseIsOver(RequestState state, Duty duty)
    {
        var held = Approved with { State = state, ExecutingSince = Now, Lease = new Lease("gone", Now.AddSeconds(45)) };
        Assert.Equal(Duty.None, For(held, Reach));
        Assert.Equal(duty, For(held, Reach, Now.AddSeconds(45)));
    }

    [Theory]
    [InlineData(RequestState.Executing)]
    [InlineData(RequestState.Unknown)]
    [InlineData(RequestState.Applied)]
    internal void WhatNobodyCanLookAfterIsClosedInTheEnd(RequestState state)
    {
        var lost = Approved with { State = state, ExecutingSince = Now };
        var elsewhere = Reach with { Cluster = new ClusterIdentity("practice", "https://other") };
        Assert.Equal(Duty.None, For(lost, elsewhere));
        Assert.Equal(Duty.Abandon, For(lost, elsewhere, watched: TimeSpan.FromHours(1)));
        Assert.Equal(Duty.None, For(lost with { Lease = new Lease("me too", Now.AddSeconds(45)) }, elsewhere, watched: TimeSpan.FromHours(1)));
        Assert.Equal(Duty.None, For(lost, elsewhere, Now.AddHours(1)));
        var closed = Ending.Abandon(lost, Now)!;
        Assert.True(closed.Next.IsFinished || closed.Next.State == RequestState.Unknown);
        Assert.Single(closed.Records);
    }

    [Fact]
    public void AProcessThatMayNotDeleteLeavesAPlanThatDeletesPodsToThoseWhoMay()
    {
        var applied = Approved with { State = RequestState.Applied, ExecutingSince = Now };
        var deleting = applied with { Plan = applied.Plan with { Pods = [new("web-0", "uid-2")] } };
        var reader = Reach with { ReadOnly = true };
        Assert.Equal(Duty.Follow, For(applied, reader));
        Assert.Equal(Duty.Follow, For(deleting, Reach));
        Assert.Equal(Duty.None, For(deleting, reader));
        Assert.Equal(Duty.Follow, For(deleting, reader, watched: TimeSpan.FromMinutes(10)));
    }

    private static Duty For(UndoRequest request, ExecutorReach reach, DateTimeOffset? now = null, TimeSpan watched = default) =>
        Duties.For(request, reach, "me", now ?? Now, watched, new ExecutorTimes());
}
