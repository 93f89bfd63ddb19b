using System.Text.Json;
using McpRollout.Approvals.Probes;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Probes;

namespace McpRollout.Tests.Executor;

/// <summary>Undos that are proved by probes: a practice cluster, and a real HTTP server as the service and as Prometheus.</summary>
public sealed class ProbedUndoRules
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task AnUndoIsWorseWhoseServiceAnswersNoMore()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target);
        var end = await UndoAsync(stage, Short, () => target.Status = 503);

        Assert.Equal((UndoRollout.Healthy, VerificationState.Worse), (end.Outcome!.Rollout, end.Outcome.Verification!.State));
        var page = Assert.Single(end.Outcome.Verification.Probes!, probe => probe.Verdict == ProbeVerdict.Worse);
        Assert.Matches($"^page: GET {target.Url}/shop/checkout answered 200 in [0-9]+ ms before, 503 in [0-9]+ ms after$", page.Message);
        Assert.EndsWith($": {page.Message}.", end.Outcome.Verification.Message, StringComparison.Ordinal);
        var record = RecordOf(stage, "rollout.worse").GetProperty("detail");
        Assert.Equal(
            ["page", "errors"], record.GetProperty("probes").EnumerateArray().Select(probe => probe.GetProperty("probe").GetString()));
        Assert.Equal("worse", record.GetProperty("probes")[0].GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task AnUndoIsWorseWithAFigureThatIs()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target);
        var end = await UndoAsync(stage, Short, () => target.Figure = "0.31");

        Assert.Equal(VerificationState.Worse, end.Outcome!.Verification!.State);
        Assert.EndsWith(" of being healthy: errors: 0.02 before, 0.31 after.", end.Outcome.Verification.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUndoIsVerifiedWhoseProbesAreNoWorse()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target);
        var end = await UndoAsync(stage, Short);

        Assert.Equal(VerificationState.Verified, end.Outcome!.Verification!.State);
        Assert.EndsWith(" 2 probes are no worse than before.", end.Outcome.Verification.Message, StringComparison.Ordinal);
        Assert.Equal(4, target.Asked.Count);
    }

    [Fact]
    public async Task AnUndoThatIsNotWatchedIsNotProbed()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target);
        var end = await UndoAsync(stage, TimeSpan.Zero);

        Assert.Null(end.Outcome!.Verification);
        Assert.Empty(target.Asked);
    }

    [Fact]
    public async Task AProbeThatDoesNotAnswerRefusesNoUndo()
    {
        var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target);
        await target.DisposeAsync();
        var end = await UndoAsync(stage, Short);

        Assert.Equal((RequestState.Applied, VerificationState.Unproven), (end.State, end.Outcome!.Verification!.State));
        Assert.Contains("answered nothing (it cannot be reached) before", end.Outcome.Verification.Message, StringComparison.Ordinal);
        Assert.Equal(1, stage.Accepted);
    }

    [Fact]
    public async Task WhatWasSeenBeforeIsThereForTheNextProcess()
    {
        await using var target = await ProbeTarget.StartAsync();
        await using var stage = await StageAsync(target);
        await stage.StartExecutorAsync();
        var request = await stage.AskAsync(verifyFor: TimeSpan.FromSeconds(3));
        await stage.ApproveAsync(request);
        await stage.UntilAsync(request, found => found.IsSettled);
        await stage.RestartAsync();
        target.Figure = "0.31";
        await stage.StartExecutorAsync();

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Contains("errors: 0.02 before, 0.31 after", end.Outcome!.Verification!.Message, StringComparison.Ordinal);
    }

    private static Task<ExecutorStage> StageAsync(ProbeTarget target) => ExecutorStage.SetAsync(verify: new VerifyOptions
    {
        Prometheus = target.Url,
        Probes =
        {
            new ProbeOptions { Name = "page", Url = $"{target.Url}/{{namespace}}/{{name}}?key=unseen" },
            new ProbeOptions { Name = "errors", PromQl = "errors{app=\"{name}\"}" },
        },
    });

    private static async Task<UndoRequest> UndoAsync(ExecutorStage stage, TimeSpan verifyFor, Action? afterThePatch = null)
    {
        await stage.StartExecutorAsync();
        var request = await stage.AskAsync(verifyFor: verifyFor);
        await stage.ApproveAsync(request);
        await stage.UntilAsync(request, found => found.State == RequestState.Applied);
        afterThePatch?.Invoke();
        return await stage.UntilAsync(request, found => found.IsFinished);
    }

    private static JsonElement RecordOf(ExecutorStage stage, string auditEvent) => File.ReadLines(stage.AuditFile)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Single(record => record.GetProperty("event").GetString() == auditEvent);
}
