using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Executor;

/// <summary>The owner that an undo paused, and a request resumes: once, and told truly whatever answer comes.</summary>
public sealed class OwnerResumeRules
{
    private const string Owner = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop";
    private const string AsItWas = """{"prune":true,"selfHeal":true}""";

    [Fact]
    public async Task AResumptionIsAskedForApprovedAndCarriedOutOnce()
    {
        var (stage, undo) = await PausedAsync();
        await using var _ = stage;
        var asked = (await stage.AskToResumeAsync()).Request!;

        Assert.Equal(["source-unchanged", "resumes-owner"], asked.Findings.Select(finding => finding.Code));
        Assert.Equal(["Application argocd/shop spec.syncPolicy.automated.enabled: false -> not set"], asked.Changes);
        Assert.NotEqual(undo.MatchCode, asked.MatchCode);
        Assert.Equal(asked.Id, (await stage.AskToResumeAsync()).Request!.Id);
        Assert.False(IsResumed(await OwnerAsync(stage)));
        var end = await EndAsync(stage, await stage.ApproveAsync(asked));

        Assert.Equal((RequestState.Applied, true), (end.State, end.IsFinished));
        Assert.Equal("The cluster accepted the patch: Application argocd/shop is resumed: at its next sync it keeps deployment/checkout as "
            + "its source says.", end.Outcome!.Message);
        var owner = await OwnerAsync(stage);
        Assert.Equal(AsItWas, owner["spec"]!["syncPolicy"]!["automated"]!.ToJsonString());
        Assert.Equal((null, asked.Id), (Mark(owner, "paused-by"), Mark(owner, "resumed-by")));
        Assert.Equal(["undo.requested", "undo.approved", "undo.executing", "undo.resuming_owner", "undo.owner_resumed"],
            stage.AuditEvents.TakeLast(5));
        Assert.Single(Resumptions(stage));
    }

    [Theory]
    [InlineData("""{"enabled":true,"prune":true}""", """{"prune":true,"enabled":true}""")]
    [InlineData("""{}""", """{}""")]
    public async Task TheFieldComesBackAsItWas(string before, string after)
    {
        var (stage, _) = await PausedAsync(before);
        await using var disposed = stage;
        var end = await EndAsync(stage, await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!));

        Assert.Equal(RequestState.Applied, end.State);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(after), (await OwnerAsync(stage))["spec"]!["syncPolicy"]!["automated"]));
    }

    [Fact]
    public async Task AResumptionWhoseAnswerWasLostIsFoundAndNotSentAgain()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        stage.Faults.DropAfterHandling(IsOfOwner);
        var end = await EndAsync(stage, request);

        Assert.Equal(RequestState.Applied, end.State);
        Assert.StartsWith(
            "The answer was lost, and the owner shows that the patch arrived:", end.Outcome!.Message, StringComparison.Ordinal);
        Assert.Single(Resumptions(stage));
        Assert.Single(stage.AuditEvents, name => name == "undo.resuming_owner");
    }

    [Fact]
    public async Task AResumptionThatIsHeldBackIsSentAgainAndTakesEffectOnce()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        var late = stage.Faults.DropAndHandleLate(IsOfOwner);
        var end = await EndAsync(stage, request);
        late.Release();

        Assert.Equal(RequestState.Applied, end.State);
        while (Resumptions(stage).Any(write => write.Status is null))
            await Task.Yield();
        Assert.Equal([200, 422], Resumptions(stage).Select(write => write.Status!.Value).Order());
    }

    [Fact]
    public async Task APauseThatArrivesAfterTheResumptionHasNoEffect()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var pause = stage.Faults.Requests.Single(IsOfOwner);
        await EndAsync(stage, await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!));

        await Assert.ThrowsAsync<HttpRequestException>(() => stage.SendAsync(
            HttpMethod.Patch, Owner, JsonNode.Parse(pause.Body.Span)!, "application/json-patch+json"));

        Assert.True(IsResumed(await OwnerAsync(stage)));
    }

    [Fact]
    public async Task AResumptionThatArrivesAfterSomebodyElsesPauseHasNoEffect()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        stage.Faults.Answer(503, IsOfOwner, times: 1);
        await EndAsync(stage, request);
        var sent = Resumptions(stage).First();
        await PatchOwnerAsync(stage, $$$"""
            {"metadata":{"annotations":{"mcp-rollout.dev/paused-by":"{{{request.Plan.Resume!.PausedBy}}}"} },
             "spec":{"syncPolicy":{"automated":{"enabled":false} } } }
            """);

        await Assert.ThrowsAsync<HttpRequestException>(() => stage.SendAsync(
            HttpMethod.Patch, Owner, JsonNode.Parse(sent.Body.Span)!, "application/json-patch+json"));

        Assert.False(IsResumed(await OwnerAsync(stage)));
    }

    [Fact]
    public async Task WhatSomebodyResumedMeanwhileIsStale()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        await PatchOwnerAsync(stage, """{"spec":{"syncPolicy":{"automated":{"enabled":null}}}}""");
        var end = await EndAsync(stage, request);

        Assert.Equal(RequestState.Stale, end.State);
        Assert.Equal("Application argocd/shop was resumed since it was shown. Nothing was changed.", end.Outcome!.Message);
        Assert.Empty(Resumptions(stage));
    }

    [Fact]
    public async Task ASourceThatGoesBackToWhatWasUndoneAsksPeopleAgain()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        await PatchOwnerAsync(stage, Status("fixed"));
        var asked = (await stage.AskToResumeAsync()).Request!;
        Assert.Equal(["resumes-owner"], asked.Findings.Select(finding => finding.Code));
        var request = await stage.ApproveAsync(asked);
        await PatchOwnerAsync(stage, Status("broken"));
        await stage.StartExecutorAsync();
        var held = await stage.UntilAsync(request, found => found.State == RequestState.Pending);

        Assert.Equal("source-unchanged", held.Findings[0].Code);
        Assert.Empty(Resumptions(stage));
        Assert.Equal(RequestState.Applied, (await stage.UntilAsync(await stage.ApproveAsync(held), found => found.IsFinished)).State);
    }

    [Fact]
    public async Task AProcessThatDiedBeforeTheAnswerLeavesItToTheNext()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        var gone = await stage.Broker.ClaimAsync(
            request.Id, "gone", TimeSpan.Zero, null, request.Findings, TestContext.Current.CancellationToken);
        Assert.NotNull(gone);
        var end = await EndAsync(stage, request);

        Assert.Equal(RequestState.Applied, end.State);
        Assert.True(IsResumed(await OwnerAsync(stage)));
        Assert.Single(Resumptions(stage));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AResumptionThatNobodyMayGoOnWithIsLeftToPeople(bool isOutdated)
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        var gone = await stage.Broker.ClaimAsync(
            request.Id, "gone", TimeSpan.Zero, null, request.Findings, TestContext.Current.CancellationToken);
        if (isOutdated)
            await PatchOwnerAsync(stage, """{"spec":{"syncPolicy":{"automated":{"enabled":null}}}}""");
        await stage.LookOnAsync(gone!.Request, TimeSpan.Zero);
        if (!isOutdated)
        {
            await stage.UntilAsync(request, found => found.State == RequestState.Executing);
            await stage.LookOnAsync(gone.Request, TimeSpan.FromHours(1));
        }

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(RequestState.Failed, end.State);
        Assert.Equal(
            isOutdated
                ? "Application argocd/shop was changed by others since, so that it cannot be told whether this request resumed it. It is "
                    + "not sent again: look at it."
                : "No server that may change Application argocd/shop went on with this request. Whether it was resumed is not known: "
                    + "look at it.",
            end.Outcome!.Message);
        Assert.Empty(Resumptions(stage));
    }

    [Fact]
    public async Task AMarkThatOthersWriteIsNoResumption()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        await PatchOwnerAsync(stage, $$$"""{"metadata":{"annotations":{"mcp-rollout.dev/resumed-by":"{{{request.Id}}}"} } }""");
        var end = await EndAsync(stage, request);

        Assert.StartsWith("The cluster accepted the patch:", end.Outcome!.Message, StringComparison.Ordinal);
        Assert.True(IsResumed(await OwnerAsync(stage)));
    }

    [Fact]
    public async Task NothingIsResumedThatNoUndoPaused()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        async Task<string> WhyAsync() => Assert.IsType<IntakeRefusal.NothingToResume>((await stage.AskToResumeAsync()).Refusal).Why;

        await PatchOwnerAsync(stage, """{"metadata":{"annotations":{"mcp-rollout.dev/paused-by":null}}}""");
        Assert.Equal("Application argocd/shop was not paused by an undo, which is left to whoever did.", await WhyAsync());
        await PatchOwnerAsync(stage, """{"spec":{"syncPolicy":{"automated":{"enabled":null}}}}""");
        Assert.Equal("Application argocd/shop is not paused.", await WhyAsync());
        await stage.ChangeAsync(JsonNode.Parse("""{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":null}}}""")!.AsObject());
        Assert.Equal("No mark of Argo CD or Flux on deployment/checkout names an owner.", await WhyAsync());
    }

    // By hand with kubectl; and as the tools and the page of Argo CD enable and disable it.
    [Theory]
    [InlineData("""{"enabled":null}""", """{"enabled":false}""")]
    [InlineData("""{"enabled":null}""", "null")]
    public async Task APauseOfSomebodyElseAfterwardsIsLeftToThem(string resumed, string paused)
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        foreach (var automated in new[] { resumed, paused })
        {
            await stage.SendAsync(HttpMethod.Patch, $"{Owner}?fieldManager=kubectl-patch", JsonNode.Parse(
                $$$"""{"spec":{"syncPolicy":{"automated":{{{automated}}} } } }"""), "application/merge-patch+json");
        }

        var end = await EndAsync(stage, request);

        Assert.Equal(RequestState.Stale, end.State);
        Assert.Equal(
            "Application argocd/shop was not paused by an undo, which is left to whoever did.",
            Assert.IsType<IntakeRefusal.NothingToResume>((await stage.AskToResumeAsync()).Refusal).Why);
        Assert.NotNull(Mark(await OwnerAsync(stage), "paused-by"));
        Assert.Empty(Resumptions(stage));
    }

    [Fact]
    public async Task AnOwnerIsResumedOnlyForTheWorkloadWhoseUndoPausedIt()
    {
        var (stage, undo) = await PausedAsync();
        await using var disposed = stage;
        const string other = "/apis/apps/v1/namespaces/platform/deployments/status-page";
        await stage.SendAsync(HttpMethod.Patch, other, JsonNode.Parse(
            """{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/Deployment:platform/status-page"}}}"""),
            "application/merge-patch+json");

        var refused = (await stage.AskToResumeAsync(new(ResourceType.Deployment, "platform", "status-page"))).Refusal;

        Assert.Equal(
            $"Application argocd/shop was paused by {undo.Id}, for deployment/checkout in namespace shop: ask for it there.",
            Assert.IsType<IntakeRefusal.NothingToResume>(refused).Why);
    }

    [Fact]
    public async Task WhoMayNotResumeIsToldAndNothingIsChanged()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        var request = await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!);
        stage.Faults.Answer(403, IsOfOwner, times: int.MaxValue);
        var end = await EndAsync(stage, request);

        Assert.Equal(RequestState.Failed, end.State);
        Assert.DoesNotContain("is not known", end.Outcome!.Message, StringComparison.Ordinal);
        Assert.False(IsResumed(await OwnerAsync(stage)));
    }

    [Fact]
    public async Task TheEndOfAResumptionIsMeasured()
    {
        var (stage, _) = await PausedAsync();
        await using var disposed = stage;
        using var listener = new MeterListener();
        var ends = new ConcurrentQueue<string>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == UndoTelemetry.Name)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
                ends.Enqueue($"{tag.Value}");
        });
        listener.Start();
        await EndAsync(stage, await stage.ApproveAsync((await stage.AskToResumeAsync()).Request!));

        while (!ends.Contains("resumed"))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    // An owner whose template was undone with a pause; what it had before is given. No executor runs.
    private static async Task<(ExecutorStage Stage, UndoRequest Undo)> PausedAsync(string automated = AsItWas)
    {
        var stage = await ExecutorStage.SetAsync();
        await stage.SendAsync(HttpMethod.Post, "/api/v1/namespaces", JsonNode.Parse("""{"metadata":{"name":"argocd"}}"""));
        await stage.SendAsync(HttpMethod.Post, Path.GetDirectoryName(Owner)!, JsonNode.Parse($$$"""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"shop"},
             "spec":{"syncPolicy":{"automated":{{{automated}}} } },
             "status":{"sync":{"revision":"broken"},"history":[{"revision":"broken"}]} }
            """));
        await stage.ChangeAsync(JsonNode.Parse(
            """{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/Deployment:shop/checkout"}}}""")!.AsObject());
        await stage.UntilSettledAsync();
        var undo = await EndAsync(stage, await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true)));
        Assert.Equal(RequestState.Applied, undo.State);
        await stage.RestartAsync();
        return (stage, undo);
    }

    private static async Task<UndoRequest> EndAsync(ExecutorStage stage, UndoRequest request)
    {
        await stage.StartExecutorAsync();
        return await stage.UntilAsync(request, found => found.IsFinished);
    }

    private static string Status(string commit) => $$$"""{"status":{"sync":{"revision":"{{{commit}}}"} } }""";

    private static bool IsResumed(JsonObject owner) => owner["spec"]!["syncPolicy"]!["automated"]!["enabled"] is null;

    private static string? Mark(JsonObject owner, string name) =>
        owner["metadata"]!["annotations"]![$"mcp-rollout.dev/{name}"]?.GetValue<string>();

    private static Task<JsonObject> PatchOwnerAsync(ExecutorStage stage, string mergePatch) =>
        stage.SendAsync(HttpMethod.Patch, Owner, JsonNode.Parse(mergePatch), "application/merge-patch+json");

    private static Task<JsonObject> OwnerAsync(ExecutorStage stage) => stage.SendAsync(HttpMethod.Get, Owner);

    // The first write to the owner is the pause.
    private static IEnumerable<RequestRecord> Resumptions(ExecutorStage stage) => stage.Faults.Requests.Where(IsOfOwner).Skip(1);

    private static bool IsOfOwner(RequestRecord request) => ExecutorStage.IsThePatch(request) && request.Path == Owner;
}
