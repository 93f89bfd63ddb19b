using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Executor;

public class HeldUndoRules
{
    private static readonly JsonObject ByArgo = new()
    {
        ["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject { ["argocd.argoproj.io/tracking-id"] = "shop:apps/Deployment:checkout" },
        },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsNewSinceTheApprovalHoldsTheWriteAndAsksThePersonAgain()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        await stage.ChangeAsync(ByArgo);
        await stage.StartExecutorAsync();

        var held = await stage.UntilAsync(request, found => found.HeldAt is not null);
        Assert.Equal((RequestState.Pending, 0, 0), (held.State, held.GivenApprovals, stage.Patches));
        Assert.Contains("Argo CD manages deployment/checkout", held.Outcome!.Message, StringComparison.Ordinal);
        Assert.Contains(held.Findings, finding => finding.Code == "managed-by");
        Assert.Equal(request.CreatedAt + request.Terms!.RequestLifetime, held.ExpiresAt);
        Assert.Equal(["undo.approved", "undo.held"], stage.AuditEvents.TakeLast(2));

        // The same person, who knows it now.
        await stage.ApproveAsync(held);
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal((RequestState.Applied, UndoRollout.Healthy, 1), (end.State, end.Outcome!.Rollout, stage.Patches));
    }

    [Fact]
    public async Task AReferenceThatIsGoneSinceTheApprovalHoldsTheWrite()
    {
        await using var stage = await ExecutorStage.SetAsync();
        const string Flags = "/api/v1/namespaces/shop/configmaps";
        await stage.SendAsync(HttpMethod.Post, Flags, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "flags" } });
        await ReleaseAsync(stage, new JsonArray(new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = "flags" } }));
        await ReleaseAsync(stage, new JsonArray());
        var request = await stage.ApproveAsync(await stage.AskAsync());
        await stage.SendAsync(HttpMethod.Delete, $"{Flags}/flags");
        await stage.StartExecutorAsync();

        var held = await stage.UntilAsync(request, found => found.HeldAt is not null);
        Assert.Contains("refers to what does not exist in shop: ConfigMap flags.", held.Outcome!.Message, StringComparison.Ordinal);
        Assert.Equal(0, stage.Patches);
    }

    [Fact]
    public async Task WhatWasKnownWhenItWasAskedForHoldsNothing()
    {
        await using var stage = await ExecutorStage.SetAsync();
        await stage.ChangeAsync(ByArgo);
        var request = await stage.ApproveAsync(await stage.AskAsync());
        await stage.StartExecutorAsync();
        Assert.Null((await stage.UntilAsync(request, found => found.IsFinished)).HeldAt);
        Assert.Equal(1, stage.Patches);
    }

    [Fact]
    public async Task WhatEveryApproverSawHoldsNothing()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync();
        await stage.ChangeAsync(ByArgo);
        var seen = FindingNews.With(request.Findings, await stage.AskForNewsAsync(request));
        await stage.Broker.DecideAsync(TempStore.By("alice", request) with { Findings = FindingNews.Digest(seen) }, Cancelled);
        await stage.StartExecutorAsync();
        Assert.Null((await stage.UntilAsync(request, found => found.IsFinished)).HeldAt);
        Assert.Equal(1, stage.Patches);
    }

    [Fact]
    public async Task WhatIsNewAfterALostPatchHoldsTheNextOne()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        Assert.NotNull(await stage.Broker.ClaimAsync(request.Id, "a process that is gone", TimeSpan.Zero, null, [], Cancelled));
        await stage.ChangeAsync(ByArgo);
        await stage.StartExecutorAsync();

        var held = await stage.UntilAsync(request, found => found.HeldAt is not null);
        Assert.Equal((RequestState.Pending, 0), (held.State, stage.Patches));
        Assert.Equal(["undo.executing", "undo.unknown", "undo.fenced", "undo.held"], stage.AuditEvents.TakeLast(4));
    }

    /// <summary>The patch is refused for the workload's new version, though its template is what it was.</summary>
    [Fact]
    public async Task WhatIsNewBetweenTheLookAndThePatchHoldsTheNextTry()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var patch = stage.Faults.Hold(ExecutorStage.IsThePatch, times: 1);
        var request = await stage.ApproveAsync(await stage.AskAsync());
        await stage.StartExecutorAsync();
        await patch.Arrived.WaitAsync(Cancelled);
        await stage.ChangeAsync(ByArgo);
        patch.Release();

        var held = await stage.UntilAsync(request, found => found.HeldAt is not null);
        Assert.Equal((RequestState.Pending, 0), (held.State, held.GivenApprovals));
        Assert.Equal((1, 0), (stage.Patches, stage.Accepted));
        Assert.Equal(["undo.executing", "undo.held"], stage.AuditEvents.TakeLast(2));

        await stage.ApproveAsync(held);
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal((RequestState.Applied, 1), (end.State, stage.Accepted));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task WhatIsNewWhileTheClusterIsTooBusyForThePatchHoldsTheNextTry(int status)
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var patch = stage.Faults.Hold(ExecutorStage.IsThePatch, times: 1);
        using var busy = stage.Faults.Answer(status, ExecutorStage.IsThePatch, times: 1);
        var request = await stage.ApproveAsync(await stage.AskAsync());
        await stage.StartExecutorAsync();
        await patch.Arrived.WaitAsync(Cancelled);
        await stage.ChangeAsync(ByArgo);
        patch.Release();

        var held = await stage.UntilAsync(request, found => found.HeldAt is not null);
        Assert.Equal((RequestState.Pending, 1, 0), (held.State, stage.Patches, stage.Accepted));
    }

    /// <summary>A record that said that nothing had happened is not rewritten; what is seen is appended.</summary>
    [Fact]
    public async Task AMarkThatIsSeenLateIsAppendedToTheRecordOnce()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        Assert.NotNull(await stage.Broker.ClaimAsync(request.Id, "a process that is gone", TimeSpan.Zero, null, [], Cancelled));
        await stage.Broker.ChangeAsync(
            request.Id,
            found => ExecutionTransitions.CannotBeTold(found with { State = RequestState.Executing }, found.CreatedAt),
            Cancelled);
        await stage.ChangeAsync(new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["mcp-rollout.dev/request-id"] = request.Id } },
        });

        await stage.AskAsync();
        await stage.StartExecutorAsync();
        var corrected = await stage.UntilAsync(request, found => found.SeenLateAt is not null);
        Assert.Equal(RequestState.Failed, corrected.State);
        Assert.Contains("Seen later: The workload carries the mark", corrected.Outcome!.Message, StringComparison.Ordinal);
        Assert.Single(stage.AuditEvents, each => each == "undo.applied");
        Assert.Null(LaterTransitions.SeenLate(corrected, null!, corrected.CreatedAt));
    }

    private static async Task ReleaseAsync(ExecutorStage stage, JsonArray sources)
    {
        var container = new JsonObject
        {
            ["name"] = "checkout",
            ["image"] = "registry.example/shop/checkout:2.14.0",
            ["envFrom"] = sources,
        };
        var template = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) } };
        await stage.ChangeAsync(new JsonObject { ["spec"] = new JsonObject { ["template"] = template } });
        await stage.UntilSettledAsync();
    }
}
