using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Executor;

/// <summary>What the cluster, the network, the clock and other people do to an undo while it is carried out.</summary>
public class FaultRules
{
    private static readonly Func<RequestRecord, bool> TheWrite =
        request =>
            request.IsWrite && request.Method == "PATCH"
            && request.PathAndQuery.Contains("fieldManager=mcp-rollout", StringComparison.Ordinal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Proves(Hazard.LostAnswerIsFoundOut)]
    public async Task AWriteThatArrivesLateIsUnknownUntilItIsSeenAndNeverSentAgain()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var late = stage.Faults.DropAndHandleLate(TheWrite);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await stage.UntilAsync(request, found => found.State == RequestState.Unknown);
        late.Release();

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Single(stage.Faults.Requests, each => TheWrite(each));
    }

    [Fact]
    public async Task SettingTheClockForwardDoesNotEndTheSearchForALostWriteEarly()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        var late = stage.Faults.DropAndHandleLate(TheWrite);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await stage.UntilAsync(request, found => found.State == RequestState.Unknown);
        clock.Set(TimeSpan.FromMinutes(50));
        late.Release();

        Assert.Equal(RequestState.Applied, (await stage.UntilAsync(request, found => found.State != RequestState.Unknown)).State);
    }

    [Fact]
    public async Task SettingTheClockBackDoesNotLeaveTheLeaseOfADeadProcessInForce()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        var request = await stage.ApproveAsync(await stage.AskAsync());
        Assert.NotNull(
            await stage.Broker.ClaimAsync(request.Id, "a process that is gone", TimeSpan.FromSeconds(45), labels: null, Cancelled));
        clock.Set(TimeSpan.FromHours(-2));
        await stage.RestartAsync();
        await stage.StartExecutorAsync();

        Assert.Equal(RequestState.Failed, (await stage.UntilAsync(request, found => found.IsFinished)).State);
        Assert.DoesNotContain(stage.Faults.Requests, each => TheWrite(each));
    }

    [Fact]
    public async Task AnApiServerThatRestartsInTheMiddleOfTheRolloutIsWaitedFor()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync();
        using var gate = stage.Faults.Hold(TheWrite);
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await gate.Arrived.WaitAsync(Cancelled);

        // It comes back after a while of refused connections and of answering that it is not ready yet.
        stage.Faults.DropBeforeHandling(read => !read.IsWrite, times: 12);
        stage.Faults.Answer(503, read => !read.IsWrite, times: 12);
        gate.Release();
        stage.Faults.CutWatches();

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Single(stage.Faults.Requests, each => TheWrite(each));
    }

    [Fact]
    public async Task AWatchThatIsCutOrToldGoneIsTakenUpAgain()
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.AnswerWatchesGone(times: 3);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await stage.UntilAsync(request, found => found.State == RequestState.Applied);
        stage.Faults.CutWatches();

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task AClusterThatIsBusyBeforeTheWriteIsAskedAgainAndWrittenOnce(int status)
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync();
        stage.Faults.Answer(status, read => read.Method == "GET", times: 4, retryAfter: status == 429 ? TimeSpan.Zero : null);
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Single(stage.Faults.Requests, each => TheWrite(each));
    }

    [Fact]
    public async Task ScalingAnnotatingAndApplyingAgainAllTheWhileChangeNothing()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var done = new CancellationTokenSource();
        var others = Task.Run(
            async () =>
            {
                for (var round = 0; !done.IsCancellationRequested; round++)
                {
                    await stage.ChangeAsync(Scaled(2 + (round % 3)));
                    await stage.ChangeAsync(new JsonObject
                    {
                        ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["team"] = $"round {round}" } },
                    });
                }
            },
            Cancelled);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        var applied = await stage.UntilAsync(request,
            found => found.State is not (RequestState.Pending or RequestState.Approved or RequestState.Executing));
        await done.CancelAsync();
        await others;
        await stage.ChangeAsync(Scaled(2));

        Assert.Equal(RequestState.Applied, applied.State);
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Single(stage.Faults.Requests, each => TheWrite(each));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ARealChangeByOthersIsNeverOverwrittenWhenEverItComes(int reads)
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync();
        var (seen, changing) = (0, Task.CompletedTask);

        // The change comes in the middle of the executor's n-th read or, at 0, of its write.
        using var moment = stage.Faults.Hold(each => reads == 0
            ? TheWrite(each) : each.Method == "GET" && !each.IsWatch && Interlocked.Increment(ref seen) == reads, times: 1);
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await moment.Arrived.WaitAsync(Cancelled);
        await stage.ChangeAsync(Labelled("hotfix"));
        moment.Release();

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.True(end.State == RequestState.Stale || end.Outcome?.Rollout == UndoRollout.Superseded, $"{end.State} {end.Outcome}");
        Assert.Equal("1", (await stage.WorkloadAsync()).GetProperty("spec").GetProperty("template").GetProperty("metadata")
            .GetProperty("labels").GetProperty("hotfix").GetString());
    }

    private static JsonObject Scaled(int replicas) => new() { ["spec"] = new JsonObject { ["replicas"] = replicas } };

    private static JsonObject Labelled(string label) => new()
    {
        ["spec"] = new JsonObject
        {
            ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [label] = "1" } } },
        },
    };
}
