using System.Text.Json;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Probes;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Probes;

namespace McpRollout.Tests.Executor;

/// <summary>Undos whose way back was approved along with them: a practice cluster, and a real HTTP server that says that it got worse.
/// </summary>
public sealed class PreApprovedHomeRules
{
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheWayBackGoesThroughOnceAndNoSecondTime(bool byThePage)
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering());
        var undo = await WorseAsync(stage, target, ("alice", true));

        var home = byThePage ? await stage.GoHomeAsync(undo) : await stage.AskAsync(to: undo.Plan.FromRevision);
        Assert.Equal((RequestState.Approved, undo.Id), (home.State, home.PreApproval!.Undo));
        var applied = await stage.UntilAsync(home, found => found.State == RequestState.Applied);
        Assert.Equal((2, undo.Plan.FromDigest), (stage.Accepted, applied.StandingDigest));
        Assert.Contains("undo.preapproved", stage.AuditEvents);
        Assert.Single(stage.AuditEvents, each => each == "undo.approved");
        Assert.Equal("alice", DetailOf(stage, "undo.executing", home.Id).GetProperty("approved_by")[0].GetString());

        // Forth again, and home again: both templates are those that were approved.
        await stage.UntilSettledAsync();
        var forth = await stage.AskAsync(to: undo.Outcome!.Revision);
        Assert.Equal((RequestState.Pending, undo.StandingDigest), (forth.State, forth.Plan.ToDigest));
        await stage.ApproveAsync(forth);
        await stage.UntilAsync(forth, found => found.State == RequestState.Applied);
        await stage.UntilSettledAsync();
        var again = await stage.AskAsync(to: forth.Plan.FromRevision);
        Assert.Equal((RequestState.Pending, undo.Plan.FromDigest), (again.State, again.Plan.ToDigest));
    }

    [Fact]
    public async Task NothingIsAskedForByItself()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering());
        var undo = await WorseAsync(stage, target, ("alice", true));

        Assert.Null(await stage.Broker.FindOpenAsync(undo.Plan.Server, undo.Plan.Workload, TestContext.Current.CancellationToken));
        Assert.Equal(1, stage.Accepted);
    }

    [Fact]
    public async Task AnotherRevisionWaitsForADecision()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering());
        await WorseAsync(stage, target, ("alice", true));

        Assert.Equal(RequestState.Pending, (await stage.AskAsync(to: 2)).State);
    }

    [Fact]
    public async Task WhatEndedWellHasNoWayBackThatGoesThrough()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering());
        var undo = await UndoAsync(stage, () => { }, ("alice", true));

        Assert.False(undo.Outcome!.GotWorse);
        Assert.Equal(RequestState.Pending, (await stage.AskAsync(to: undo.Plan.FromRevision)).State);
    }

    [Fact]
    public async Task AfterItsTimeItWaitsForADecision()
    {
        var clock = new SetClock();
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering(), clock);
        var undo = await WorseAsync(stage, target, ("alice", true));
        clock.Set(Half);

        Assert.Equal(RequestState.Pending, (await stage.AskAsync(to: undo.Plan.FromRevision)).State);
    }

    [Theory]
    [InlineData(true, RequestState.Approved)]
    [InlineData(false, RequestState.Pending)]
    internal async Task EachOfTwoApproversMustHaveChosenIt(bool both, RequestState state)
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering(required: 2));
        await stage.EnrolAsync("ben");
        var undo = await WorseAsync(stage, target, ("alice", true), ("ben", both));

        Assert.Equal(state, (await stage.AskAsync(to: undo.Plan.FromRevision)).State);
    }

    [Fact]
    public async Task InAFreezeItWaitsForADecision()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering());
        await stage.EnrolAsync("lead", "leads");
        var undo = await WorseAsync(stage, target, ("alice", true));
        var frozen = Offering();
        frozen.Default!.Freezes.Add(new FreezeOptions
        {
            Name = "now",
            Starts = "2001-01-01T00:00",
            Ends = "2101-01-01T00:00",
            TimeZone = "UTC",
            ExceptGroup = "leads",
        });
        await stage.RestartAsync(frozen);

        Assert.Equal(RequestState.Pending, (await stage.AskAsync(to: undo.Plan.FromRevision)).State);
    }

    [Fact]
    public async Task WhatWasNotChosenIsNotApproved()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target, Offering());
        var undo = await WorseAsync(stage, target, ("alice", false));

        Assert.Equal(RequestState.Pending, (await stage.GoHomeAsync(undo)).State);
    }

    private static PolicyOptions Offering(int required = 1) =>
        new() { Default = new TermsOptions { Name = "any", RequiredApprovals = required, WayHome = { PreApproval = Half } } };

    private static async Task<ExecutorStage> StageAsync(ProbeTarget target, PolicyOptions policies, TimeProvider? time = null)
    {
        var stage = await ExecutorStage.SetAsync(
            time, verify: new VerifyOptions { Probes = { new ProbeOptions { Name = "page", Url = $"{target.Url}/" } } });
        await stage.RestartAsync(policies);
        await stage.StartExecutorAsync();
        return stage;
    }

    private static Task<UndoRequest> WorseAsync(
        ExecutorStage stage, ProbeTarget target, params (string Approver, bool Chooses)[] approvals) =>
        UndoAsync(stage, () => target.Status = 503, approvals);

    private static async Task<UndoRequest> UndoAsync(
        ExecutorStage stage, Action afterThePatch, params (string Approver, bool Chooses)[] approvals)
    {
        var request = await stage.AskAsync(verifyFor: TimeSpan.FromSeconds(1));
        foreach (var (approver, chooses) in approvals)
            await stage.ApproveAsync(request, approver, chooses ? Half : null);
        await stage.UntilAsync(request, found => found.State == RequestState.Applied);
        afterThePatch();
        return await stage.UntilAsync(request, found => found.IsFinished);
    }

    private static JsonElement DetailOf(ExecutorStage stage, string auditEvent, string requestId) => File.ReadLines(stage.AuditFile)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Single(record => record.GetProperty("event").GetString() == auditEvent
            && record.GetProperty("request_id").GetString() == requestId)
        .GetProperty("detail");
}
