using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Audit;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Executor;

public class ExecutionRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnApprovalIsCarriedOutWithOneWriteThatFollowsItsRecord()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var gate = stage.Faults.Hold(ExecutorStage.IsThePatch);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await gate.Arrived.WaitAsync(Cancelled);
        Assert.Equal("undo.executing", stage.AuditEvents[^1]);
        gate.Release();

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal((RequestState.Applied, UndoRollout.Healthy), (end.State, end.Outcome!.Rollout));
        Assert.Equal(1, stage.Patches);
    }

    [Fact]
    public async Task NothingIsWrittenWithoutApproval()
    {
        await using var stage = await ExecutorStage.SetAsync();
        await stage.StartExecutorAsync();
        await stage.AskAsync();
        var denied = await stage.AskAsync();
        await stage.Broker.DecideAsync(Broker.TempStore.By("alice", denied, Verdict.Deny), Cancelled);
        await stage.UntilAsync(denied, found => found.IsFinished);
        Assert.Equal(0, stage.Patches);
    }

    [Fact]
    [Proves(Hazard.LostAnswerIsFoundOut)]
    public async Task AWriteWhoseAnswerWasLostIsFoundOnTheWorkloadAndNotSentAgain()
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.DropAfterHandling(ExecutorStage.IsThePatch);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(UndoRollout.Healthy, end.Outcome!.Rollout);
        Assert.Equal(1, stage.Patches);
        Assert.Equal(
            ["undo.executing", "undo.unknown", "undo.fenced", "undo.applied", "rollout.healthy"], stage.AuditEvents.TakeLast(5));
    }

    [Fact]
    public async Task ALabelThatBringsTheWorkloadUnderADenyingRuleStopsIt()
    {
        await using var stage = await ExecutorStage.SetAsync();
        await stage.RestartAsync(new() { Rules = { new() { Name = "sealed", Labels = { "sealed=yes" }, Deny = true } } });
        var request = await stage.AskAsync();
        await stage.ApproveAsync(request);
        await stage.ChangeAsync(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["sealed"] = "yes" } } });
        await stage.StartExecutorAsync();

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(RequestState.Failed, end.State);
        Assert.Contains("Rule 'sealed' refuses", end.Outcome!.Message, StringComparison.Ordinal);
        Assert.Equal(["undo.approved", "undo.failed"], stage.AuditEvents.TakeLast(2));
    }

    [Fact]
    public async Task AWriteThatNeverArrivedIsFencedOffAndCarriedOut()
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.DropBeforeHandling(ExecutorStage.IsThePatch);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(UndoRollout.Healthy, end.Outcome!.Rollout);
        Assert.Equal((2, 1), (stage.Patches, stage.Accepted));
        Assert.Equal(
            ["undo.executing", "undo.unknown", "undo.fenced", "undo.executing", "undo.applied", "rollout.healthy"],
            stage.AuditEvents.TakeLast(6));
    }

    [Fact]
    public async Task AWriteIsFoundEvenIfOthersReplacedItsAnnotationsSince()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var reading = stage.Faults.Hold(
            read => read.Method == "GET" && stage.Faults.Requests.Any(ExecutorStage.IsThePatch), times: 1);
        stage.Faults.DropAfterHandling(ExecutorStage.IsThePatch);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await reading.Arrived.WaitAsync(Cancelled);
        await stage.ChangeAsync(
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [UndoAnnotations.RequestId] = null } } });
        reading.Release();
        Assert.Equal(RequestState.Applied, (await stage.UntilAsync(request, found => found.IsFinished)).State);
    }

    [Fact]
    public async Task WhatCannotBeToldIsNotStated()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var reading = stage.Faults.Hold(
            read => read.Method == "GET" && stage.Faults.Requests.Any(ExecutorStage.IsThePatch), times: 1);
        stage.Faults.DropBeforeHandling(ExecutorStage.IsThePatch, times: 1);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await reading.Arrived.WaitAsync(Cancelled);
        await stage.ChangeAsync(new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["hotfix"] = "1" } } },
            },
        });
        reading.Release();
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(RequestState.Failed, end.State);
        Assert.Contains("cannot be told", end.Outcome!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    internal async Task ARefusalIsNotCalledStale(int status)
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.Answer(status, ExecutorStage.IsThePatch, times: int.MaxValue);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        Assert.Equal(RequestState.Failed, (await stage.UntilAsync(request, found => found.IsFinished)).State);
        Assert.DoesNotContain("undo.unknown", stage.AuditEvents);
        Assert.Equal(1, stage.Patches);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task AServersErrorIsFoundOutAndTheUndoCarriedOut(int status)
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.Answer(status, ExecutorStage.IsThePatch);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Contains("undo.unknown", stage.AuditEvents);
        Assert.Equal((2, 1), (stage.Patches, stage.Accepted));
    }

    [Fact]
    public async Task AChangeBetweenTheLastLookAndTheWriteIsNotOverwritten()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var gate = stage.Faults.Hold(ExecutorStage.IsThePatch);
        var request = await stage.AskAsync();
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        await gate.Arrived.WaitAsync(Cancelled);
        await stage.ChangeAsync(new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["hotfix"] = "1" } } },
            },
        });
        gate.Release();

        Assert.Equal(RequestState.Stale, (await stage.UntilAsync(request, found => found.IsFinished)).State);
        var labels = (await stage.WorkloadAsync()).GetProperty("spec").GetProperty("template").GetProperty("metadata")
            .GetProperty("labels");
        Assert.Equal("1", labels.GetProperty("hotfix").GetString());
    }

    [Fact]
    [Proves(Hazard.NoAuditNoWrite)]
    public async Task WithoutAuditNothingIsWrittenAndTheDecisionStands()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync();
        var whole = await File.ReadAllTextAsync(stage.AuditFile, Cancelled);
        await File.WriteAllTextAsync(stage.AuditFile, "not an audit\n", Cancelled);
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        await ReadsOfTheExecutorAsync(stage);
        Assert.Equal(RequestState.Approved, (await stage.Broker.FindAsync(request.Id, Cancelled))!.State);
        Assert.Equal(0, stage.Patches);

        await File.WriteAllTextAsync(stage.AuditFile, whole, Cancelled);
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal(1, stage.Patches);
    }

    [Theory]
    [InlineData("state.db")]
    [InlineData("audit.jsonl")]
    [InlineData("audit.checkpoints.jsonl")]
    public async Task NothingIsSentWhileAFileOfTheRecordIsNotTheOneThatItWas(string name)
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        var path = Path.Combine(Path.GetDirectoryName(stage.AuditFile)!, name);
        var before = ExchangedFile.Of(path);
        await stage.StartExecutorAsync();

        await Task.Delay(TimeSpan.FromSeconds(1), Cancelled);
        Assert.Equal(0, stage.Patches);

        before.PutBack();
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal(1, stage.Patches);
    }

    [Fact]
    public async Task WithoutTheWordOfEveryRequiredSinkNothingIsWrittenAndTheDecisionStands()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var stage = await ExecutorStage.SetAsync(audit: receiver.Options(SinkLevel.Required));
        var request = await stage.AskAsync();
        receiver.Answer = _ => 403;
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        await ReadsOfTheExecutorAsync(stage);
        Assert.Equal(RequestState.Approved, (await stage.Broker.FindAsync(request.Id, Cancelled))!.State);
        Assert.Equal(0, stage.Patches);

        receiver.Answer = _ => 200;
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal(1, stage.Patches);
    }

    [Fact]
    public async Task AProcessThatDiedBetweenClaimAndWriteLosesNobodysApproval()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        Assert.NotNull(await stage.Broker.ClaimAsync(request.Id, "a process that is gone", TimeSpan.Zero, null, [], Cancelled));
        await stage.RestartAsync();
        await stage.StartExecutorAsync();
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal((1, 1), (stage.Patches, stage.Accepted));
        Assert.Equal(
            ["undo.executing", "undo.unknown", "undo.fenced", "undo.executing", "undo.applied", "rollout.healthy"],
            stage.AuditEvents.TakeLast(6));
    }

    /// <summary>The lock of a process that lives holds its lease in force, however long; one that is gone is succeeded at once.</summary>
    [Fact]
    public async Task TheDeathOfAProcessOnThisMachineIsSeenAtOnce()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        var other = stage.AnotherProcess();
        Assert.NotNull(await stage.Broker.ClaimAsync(request.Id, other.Name, TimeSpan.FromSeconds(10), null, [], Cancelled));
        var claimed = await stage.Broker.FindAsync(request.Id, Cancelled);
        Assert.False(stage.AnotherProcess().IsGone(claimed!.Lease));
        other.Dispose();
        Assert.True(stage.AnotherProcess().IsGone(claimed.Lease));

        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(request, found => found.State == RequestState.Applied);
        Assert.True(end.Outcome!.At < claimed.Lease!.Until);
    }

    [Fact]
    public async Task AnApprovalOutlivesTheProcess()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        await stage.RestartAsync();
        await stage.StartExecutorAsync();
        Assert.Equal(UndoRollout.Healthy, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Equal(1, stage.Patches);
    }

    // The executor reads the workload before it looks at the audit: two reads mean that it tried, gave up and tried again.
    private static async Task ReadsOfTheExecutorAsync(ExecutorStage stage)
    {
        for (var read = 0; read < 2; read++)
        {
            using var gate = stage.Faults.Hold(FaultInjection.On("GET", "/replicasets"), times: 1);
            await gate.Arrived.WaitAsync(Cancelled);
            gate.Release();
        }
    }
}
