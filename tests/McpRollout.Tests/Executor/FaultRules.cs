using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Executor;

/// <summary>What the cluster, the network, the clock and other people do to an undo while it is carried out.</summary>
public class FaultRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Proves(Hazard.LostAnswerIsFoundOut)]
    public async Task AWriteThatArrivesAfterTheFenceHasNoEffectAndTheUndoIsCarriedOutOnce()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var late = stage.Faults.DropAndHandleLate(ExecutorStage.IsThePatch);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        var held = stage.Faults.Requests.First(ExecutorStage.IsThePatch);
        late.Release();
        while (held.Status is null)
            await Task.Yield();

        Assert.Equal(422, held.Status);
        Assert.Equal((2, 1), (stage.Patches, stage.Accepted));
        Assert.Equal(
            ["undo.executing", "undo.unknown", "undo.fenced", "undo.executing", "undo.applied", "rollout.healthy"],
            stage.AuditEvents.TakeLast(6));
    }

    /// <summary>Nothing that happens to the workload later makes an old patch possible again, not even the old template.</summary>
    [Fact]
    public async Task AWriteThatArrivesOnceOthersHaveBroughtTheOldTemplateBackHasNoEffect()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var late = stage.Faults.DropAndHandleLate(ExecutorStage.IsThePatch);
        var before = (await stage.WorkloadAsync()).GetProperty("spec").GetProperty("template");
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await stage.UntilAsync(request, found => found.IsFinished);
        await stage.ChangeAsync(new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = null },
            ["spec"] = new JsonObject { ["template"] = JsonNode.Parse(before.GetRawText()) },
        });
        var held = stage.Faults.Requests.First(ExecutorStage.IsThePatch);
        late.Release();
        while (held.Status is null)
            await Task.Yield();

        Assert.Equal(422, held.Status);
        Assert.Equal(1, stage.Accepted);
    }

    [Fact]
    public async Task AWriteThatArrivesBeforeTheFenceIsFoundAndNotSentAgainWhateverTheClockSays()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        var late = stage.Faults.DropAndHandleLate(ExecutorStage.IsThePatch);
        using var fence = stage.Faults.Hold(ExecutorStage.IsTheFence);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await fence.Arrived.WaitAsync(Cancelled);
        Assert.Equal("undo.fenced", stage.AuditEvents[^1]);
        clock.Set(TimeSpan.FromMinutes(50));
        late.Release();
        while (stage.Accepted == 0)
            await Task.Yield();
        fence.Release();

        Assert.Equal(RequestState.Applied, (await stage.UntilAsync(request, found => found.State != RequestState.Unknown)).State);
        Assert.Equal((1, 1), (stage.Patches, stage.Accepted));
    }

    [Fact]
    public async Task AnUndoWhoseTimeIsOverOnceItsPatchIsFencedOffFails()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        stage.Faults.DropBeforeHandling(ExecutorStage.IsThePatch);
        using var fence = stage.Faults.Hold(ExecutorStage.IsTheFence);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await fence.Arrived.WaitAsync(Cancelled);
        clock.Set(TimeSpan.FromMinutes(50));
        fence.Release();

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(RequestState.Failed, end.State);
        Assert.Contains("could not be carried out in time", end.Outcome!.Message, StringComparison.Ordinal);
        Assert.Equal(0, stage.Accepted);
    }

    /// <summary>An admission policy may refuse any change of the object. What cannot be proved is not claimed, and nothing is sent
    /// again.</summary>
    [Fact]
    public async Task WithoutAFenceNothingIsSentAgain()
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.DropBeforeHandling(ExecutorStage.IsThePatch);
        stage.Faults.Answer(403, ExecutorStage.IsTheFence, times: int.MaxValue);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(RequestState.Failed, end.State);
        Assert.Contains("cannot be made sure of", end.Outcome!.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0), (stage.Patches, stage.Accepted));
    }

    [Fact]
    public async Task AFenceWhoseAnswerIsLostIsSeenOnTheWorkload()
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.DropBeforeHandling(ExecutorStage.IsThePatch);
        stage.Faults.DropAfterHandling(ExecutorStage.IsTheFence, times: int.MaxValue);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal(1, stage.Accepted);
    }

    [Fact]
    public async Task SettingTheClockBackDoesNotLeaveTheLeaseOfADeadProcessInForce()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        var request = await stage.ApproveAsync(await stage.AskAsync());
        Assert.NotNull(
            await stage.Broker.ClaimAsync(request.Id, "a process that is gone", TimeSpan.FromSeconds(45), labels: null, [], Cancelled));
        clock.Set(TimeSpan.FromHours(-2));
        await stage.RestartAsync();
        await stage.StartExecutorAsync();

        Assert.Equal(RequestState.Applied, (await stage.UntilAsync(request, found => found.IsFinished)).State);
        Assert.Equal(1, stage.Patches);
    }

    [Fact]
    public async Task AnApiServerThatRestartsInTheMiddleOfTheRolloutIsWaitedFor()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync();
        using var gate = stage.Faults.Hold(ExecutorStage.IsThePatch);
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await gate.Arrived.WaitAsync(Cancelled);

        // It comes back after a while of refused connections and of answering that it is not ready yet.
        stage.Faults.DropBeforeHandling(read => !read.IsWrite, times: 12);
        stage.Faults.Answer(503, read => !read.IsWrite, times: 12);
        gate.Release();
        stage.Faults.CutWatches();

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal(1, stage.Patches);
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
        Assert.Equal(1, stage.Patches);
    }

    /// <summary>The patch is for the object as it was read; what others change that does not matter is followed by another look.</summary>
    [Fact]
    public async Task ScalingAndAnnotatingUnderThePatchOnlyDelayIt()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        var patch = stage.Faults.Hold(ExecutorStage.IsThePatch, times: 1);
        await stage.ApproveAsync(request);
        foreach (var change in new[] { Scaled(3), Annotated("others"), Scaled(4) })
        {
            await patch.Arrived.WaitAsync(Cancelled);
            await stage.ChangeAsync(change);
            var held = patch;
            patch = stage.Faults.Hold(ExecutorStage.IsThePatch, times: 1);
            held.Release();
        }

        patch.Release();

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);

        // The cluster's own status of the last change may come under one more patch.
        int?[] answers = [.. stage.Faults.Requests.Where(ExecutorStage.IsThePatch).Select(each => each.Status)];
        Assert.Equal([422, 422, 422], answers.Take(3));
        Assert.Equal((200, 1), (answers[^1], stage.Accepted));
        Assert.Equal(["undo.executing", "undo.applied", "rollout.healthy"], stage.AuditEvents.TakeLast(3));
        Assert.Equal(4, (await stage.WorkloadAsync()).GetProperty("spec").GetProperty("replicas").GetInt32());
    }

    [Fact]
    public async Task AServerThatIsTooBusyForTheWriteIsAskedAgain()
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.Answer(429, ExecutorStage.IsThePatch, times: 2);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal((3, 1), (stage.Patches, stage.Accepted));
        Assert.DoesNotContain("undo.fenced", stage.AuditEvents);
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
            ? ExecutorStage.IsThePatch(each) : each.Method == "GET" && !each.IsWatch && Interlocked.Increment(ref seen) == reads, times: 1);
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

    private static JsonObject Annotated(string team) => new()
    {
        ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["team"] = team } },
    };

    private static JsonObject Labelled(string label) => new()
    {
        ["spec"] = new JsonObject
        {
            ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [label] = "1" } } },
        },
    };
}
