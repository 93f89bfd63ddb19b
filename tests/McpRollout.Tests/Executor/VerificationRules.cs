using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Executor;

public class VerificationRules
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task AHealthyUndoIsWatchedForAsLongAsWasAsked()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var end = await stage.UntilAsync(await HealthyAsync(stage, TimeSpan.FromSeconds(1)), found => found.IsFinished);

        Assert.Equal((RequestState.Applied, UndoRollout.Healthy), (end.State, end.Outcome!.Rollout));
        Assert.Equal((VerificationState.Verified, 0), (end.Outcome.Verification!.State, end.Outcome.Verification.Restarts));
        Assert.Equal(["undo.applied", "rollout.healthy", "rollout.verified"], stage.AuditEvents.TakeLast(3));
        Assert.Contains(end.Steps, step => step == "Once it is healthy, watch for 1 s whether it stays so.");
    }

    [Fact]
    public async Task NothingIsWatchedThatWasNotAskedFor()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var end = await HealthyAsync(stage, TimeSpan.Zero);

        Assert.True(end.IsFinished);
        Assert.Null(end.Outcome!.Verification);
    }

    [Fact]
    public async Task ACrashAfterItWasHealthyIsToldWithItsFigures()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var healthy = await HealthyAsync(stage, Long);
        await RestartAPodAsync(stage);
        var end = await stage.UntilAsync(healthy, found => found.IsFinished);

        Assert.Equal((UndoRollout.Healthy, VerificationState.Worse), (end.Outcome!.Rollout, end.Outcome.Verification!.State));
        Assert.Equal(2, end.Outcome.Verification.Restarts);
        Assert.Contains(": 2 container restarts, ", end.Outcome.Verification.Message, StringComparison.Ordinal);
        Assert.Equal("CrashLoopBackOff", Assert.Single(end.Outcome.Problems!).Reason);
        Assert.Equal("rollout.worse", stage.AuditEvents[^1]);
    }

    [Fact]
    public async Task AWatchGoesOnInTheNextProcess()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var healthy = await HealthyAsync(stage, Long);
        await stage.RestartAsync();
        await RestartAPodAsync(stage);
        await stage.StartExecutorAsync();

        Assert.True((await stage.UntilAsync(healthy, found => found.IsFinished)).Outcome!.GotWorse);
    }

    [Fact]
    public async Task AChangeBySomebodyElseEndsTheWatchAndNotTheUndo()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var healthy = await HealthyAsync(stage, Long);
        await stage.ChangeAsync(JsonNode.Parse(
            """{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"registry.example/checkout:3.0.0"}]}}}}""")!.AsObject());
        var end = await stage.UntilAsync(healthy, found => found.IsFinished);

        Assert.Equal((UndoRollout.Healthy, VerificationState.Unproven), (end.Outcome!.Rollout, end.Outcome.Verification!.State));
        Assert.EndsWith("A newer change of its pod template has taken the place of this undo.", end.Outcome.Verification.Message,
            StringComparison.Ordinal);
        Assert.Equal("rollout.unproven", stage.AuditEvents[^1]);
    }

    private static async Task<UndoRequest> HealthyAsync(ExecutorStage stage, TimeSpan verifyFor)
    {
        await stage.StartExecutorAsync();
        var request = await stage.AskAsync(verifyFor: verifyFor);
        await stage.ApproveAsync(request);
        return await stage.UntilAsync(request, found => found.IsSettled);
    }

    private static async Task RestartAPodAsync(ExecutorStage stage)
    {
        var pods = await stage.SendAsync(HttpMethod.Get, "/api/v1/namespaces/shop/pods");
        var pod = pods["items"]!.AsArray().First(pod =>
            pod!["status"]!["containerStatuses"]?[0]!["restartCount"]!.GetValue<int>() == 0
            && pod["metadata"]!["name"]!.GetValue<string>().StartsWith("checkout-", StringComparison.Ordinal))!;
        var container = pod["status"]!["containerStatuses"]![0]!.DeepClone().AsObject();
        container["restartCount"] = 2;
        container["ready"] = false;
        container["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff" } };
        await stage.SendAsync(
            HttpMethod.Patch,
            $"/api/v1/namespaces/shop/pods/{pod["metadata"]!["name"]}/status",
            new JsonObject { ["status"] = new JsonObject { ["containerStatuses"] = new JsonArray(container) } },
            "application/merge-patch+json");
    }
}
