using System.Text.Json.Nodes;
using McpRollout.Approvals.Notifications;
using McpRollout.Approvals.Requests;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Owners;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Executor;

/// <summary>The owner that an undo pauses: once, before the workload is patched, and told truly whatever answer comes.</summary>
public sealed class OwnerPauseRules
{
    private const string Owner = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop";

    [Fact]
    public async Task TheOwnerIsPausedBeforeTheWorkloadIsPatched()
    {
        await using var stage = await OwnedAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(request, found => found.IsFinished);

        Assert.Equal(UndoRollout.Healthy, end.Outcome!.Rollout);
        Assert.NotNull(end.PausedAt);
        Assert.Equal(
            [Owner, "/apis/apps/v1/namespaces/shop/deployments/checkout"], Writes(stage).Select(write => write.Path));
        Assert.Equal(["undo.executing", "undo.pausing_owner", "undo.owner_paused", "undo.applied"],
            stage.AuditEvents.SkipWhile(name => name != "undo.executing").Take(4));
    }

    [Fact]
    public async Task APauseWhoseAnswerWasLostIsFoundAndNotSentAgain()
    {
        await using var stage = await OwnedAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        stage.Faults.DropAfterHandling(IsPause);
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(request, found => found.IsFinished);

        Assert.Equal(RequestState.Applied, end.State);
        Assert.Single(Writes(stage), IsPause);
        Assert.Single(stage.AuditEvents, name => name == "undo.pausing_owner");
        Assert.Single(stage.AuditEvents, name => name == "undo.owner_paused");
    }

    [Fact]
    public async Task APauseThatIsHeldBackIsSentAgainAndTakesEffectOnce()
    {
        await using var stage = await OwnedAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        var late = stage.Faults.DropAndHandleLate(IsPause);
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        late.Release();

        Assert.Equal(RequestState.Applied, end.State);
        Assert.Equal(2, stage.AuditEvents.Count(name => name == "undo.pausing_owner"));
        while (Writes(stage).Where(IsPause).Any(write => write.Status is null))
            await Task.Yield();
        Assert.Equal([200, 422], Writes(stage).Where(IsPause).Select(write => write.Status!.Value).Order());
    }

    [Fact]
    public async Task WhoMayNotPauseAnyMoreLeavesTheWorkloadAlone()
    {
        await using var stage = await OwnedAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        stage.Faults.Answer(403, IsPause, times: int.MaxValue);
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(request, found => found.IsFinished);

        Assert.Equal(RequestState.Failed, end.State);
        Assert.Equal([Owner], Writes(stage).Select(write => write.Path));
        Assert.DoesNotContain("is not known", end.Outcome!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkloadThatMovedWhileItsOwnerWasPausedIsLeftAndThePauseIsTold()
    {
        await using var stage = await OwnedAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        using var gate = stage.Faults.Hold(IsPause, times: 1);
        await stage.StartExecutorAsync();
        await gate.Arrived;
        await stage.ChangeAsync(JsonNode.Parse(
            """{"spec":{"template":{"metadata":{"annotations":{"late":"1"}}}}}""")!.AsObject());
        gate.Release();
        var end = await stage.UntilAsync(request, found => found.IsFinished);

        Assert.Equal(RequestState.Stale, end.State);
        Assert.Contains("Application argocd/shop was paused before and stays so until somebody resumes it (kubectl patch application shop",
            end.Outcome!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", end.Outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOwnerInTheMiddleOfASyncIsWaitedFor()
    {
        await using var stage = await OwnedAsync();
        await PatchOwnerAsync(stage, """{"status":{"operationState":{"phase":"Running"}}}""");
        var request = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        await stage.StartExecutorAsync();
        var paused = await stage.UntilAsync(request, found => found.PausedAt is not null);
        Assert.Equal(RequestState.Executing, paused.State);
        Assert.Equal([Owner], Writes(stage).Select(write => write.Path));

        await PatchOwnerAsync(stage, """{"status":{"operationState":{"phase":"Succeeded"}}}""");
        Assert.Equal(RequestState.Applied, (await stage.UntilAsync(request, found => found.IsFinished)).State);
    }

    [Fact]
    public async Task APatchThatArrivesLateDoesNotPauseTheOwnerAgain()
    {
        await using var stage = await OwnedAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        await stage.StartExecutorAsync();
        await stage.UntilAsync(request, found => found.IsFinished);
        var sent = Writes(stage).Single(IsPause);
        await PatchOwnerAsync(stage, """{"spec":{"syncPolicy":{"automated":{"enabled":null}}}}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => stage.SendAsync(
            HttpMethod.Patch, Owner, JsonNode.Parse(sent.Body.Span)!, "application/json-patch+json"));

        Assert.Equal("""{"prune":true,"selfHeal":true}""", (await OwnerAsync(stage))["spec"]!["syncPolicy"]!["automated"]!.ToJsonString());
    }

    [Fact]
    public void WhatIsHeldAfterThePauseSaysThatItsOwnerIsPaused()
    {
        var asked = TempStore.NewRequest();
        var pausing = asked with { Plan = asked.Plan with { Pause = new(OwnerKind.Kustomization, "flux-system", "shop", "uid", "null") } };
        var paused = pausing with { PausingSince = asked.CreatedAt, PausedAt = asked.CreatedAt };

        var held = LaterTransitions.AskAgain(paused, [], "It is frozen.", asked.CreatedAt).Next.Outcome!.Message;

        Assert.Equal("Held, and deployment/checkout was not changed: since it was approved there is something new. It is frozen. "
            + "Kustomization flux-system/shop was paused before and stays so until somebody resumes it "
            + "(flux resume kustomization shop -n flux-system).", held);
        Assert.Contains(", with Kustomization flux-system/shop paused. Match code ",
            NotificationText.Reminder(pausing, null, asked.CreatedAt).Text, StringComparison.Ordinal);
    }

    private static async Task<ExecutorStage> OwnedAsync()
    {
        var stage = await ExecutorStage.SetAsync();
        await stage.SendAsync(HttpMethod.Post, "/api/v1/namespaces", JsonNode.Parse("""{"metadata":{"name":"argocd"}}"""));
        await stage.SendAsync(HttpMethod.Post, Path.GetDirectoryName(Owner)!, JsonNode.Parse("""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"shop"},
             "spec":{"syncPolicy":{"automated":{"prune":true,"selfHeal":true} } } }
            """));
        await stage.ChangeAsync(JsonNode.Parse(
            """{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/Deployment:shop/checkout"}}}""")!.AsObject());
        await stage.UntilSettledAsync();
        return stage;
    }

    private static Task<JsonObject> PatchOwnerAsync(ExecutorStage stage, string mergePatch) =>
        stage.SendAsync(HttpMethod.Patch, Owner, JsonNode.Parse(mergePatch), "application/merge-patch+json");

    private static Task<JsonObject> OwnerAsync(ExecutorStage stage) => stage.SendAsync(HttpMethod.Get, Owner);

    private static IEnumerable<RequestRecord> Writes(ExecutorStage stage) => stage.Faults.Requests.Where(ExecutorStage.IsThePatch);

    private static bool IsPause(RequestRecord request) => ExecutorStage.IsThePatch(request) && request.Path == Owner;
}
