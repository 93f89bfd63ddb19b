using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Executor;

/// <summary>What only Events tell of an undo that does not come along is in its outcome, and in its last sentence.</summary>
public class ExplainedOutcomeRules
{
    private const string Set = "/apis/apps/v1/namespaces/shop/statefulsets/store";

    private static readonly WorkloadRef Store = new(ResourceType.StatefulSet, "shop", "store");
    private static readonly TimeSpan PastTheDeadline = TimeSpan.FromMinutes(11);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PodsThatCannotBeMadeAreToldByTheWorkloadsEventsAlone()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        await RefusePodsAsync(stage, "payments");
        await stage.StartExecutorAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(new(ResourceType.StatefulSet, "payments", "ledger")));
        await UntilWarnedAsync(stage, "payments", "FailedCreate");
        await stage.UntilAsync(request, found => found.Deletions is [{ State: PodDeletionState.Deleted }]);

        clock.Set(TimeSpan.FromMinutes(1));
        var waiting = await stage.UntilAsync(request,
            found => found.Outcome?.Message.EndsWith(" Pods cannot be made.", StringComparison.Ordinal) == true);
        Assert.Equal(UndoRollout.Progressing, waiting.Outcome!.Rollout);

        clock.Set(PastTheDeadline);
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(UndoRollout.Degraded, end.Outcome!.Rollout);
        Assert.StartsWith("Not healthy after 12 min: Waiting for 1 pods to be ready; ledger: FailedCreate (create Pod ledger-2 in "
            + "StatefulSet ledger failed error: ", end.Outcome.Message, StringComparison.Ordinal);
        Assert.Contains("exceeded quota: none-left", end.Outcome.Message, StringComparison.Ordinal);
        Assert.Contains(end.Outcome.Problems!, problem => (problem.Pod, problem.Reason) == ("ledger", "FailedCreate"));
    }

    [Fact]
    public async Task AVolumeThatCannotBeMountedIsInTheLastSentence()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        await ReleaseTwiceAsync(stage);
        await stage.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/shop/secrets/lost");
        await stage.StartExecutorAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(Store));
        await UntilWarnedAsync(stage, "shop", "FailedMount");

        clock.Set(PastTheDeadline);
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(UndoRollout.Degraded, end.Outcome!.Rollout);
        Assert.EndsWith("Waiting for 1 pods to be ready; store-0: FailedMount (MountVolume.SetUp failed for volume \"certificate\" : "
            + "secret \"lost\" not found)", end.Outcome.Message, StringComparison.Ordinal);
        Assert.Equal(("store-0", "FailedMount"), (Assert.Single(end.Outcome.Problems!).Pod, end.Outcome.Problems![0].Reason));
    }

    [Fact]
    public async Task WhatMakesAHealthyUndoWorseMayStandInEventsAlone()
    {
        var clock = new SetClock();
        await using var stage = await ExecutorStage.SetAsync(clock);
        await ReleaseTwiceAsync(stage);
        await stage.StartExecutorAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(Store, verifyFor: TimeSpan.FromMinutes(10)));
        var healthy = await stage.UntilAsync(request, found => found.IsSettled);
        await RefusePodsAsync(stage, "shop");
        await stage.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/shop/pods/store-0");
        await UntilWarnedAsync(stage, "shop", "FailedCreate");

        clock.Set(healthy.Outcome!.Verification!.Until - clock.GetUtcNow());
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal((UndoRollout.Healthy, VerificationState.Worse), (end.Outcome!.Rollout, end.Outcome.Verification!.State));
        Assert.Equal(("store", "FailedCreate"), (Assert.Single(end.Outcome.Problems!).Pod, end.Outcome.Problems![0].Reason));
    }

    private static async Task RefusePodsAsync(ExecutorStage stage, string space) => await stage.SendAsync(
        HttpMethod.Post, $"/api/v1/namespaces/{space}/resourcequotas", JsonNode.Parse("""
            {"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"none-left"},"spec":{"hard":{"pods":"0"} } }
            """));

    // Revision 1 mounts the Secret lost, revision 2 does without.
    private static async Task ReleaseTwiceAsync(ExecutorStage stage)
    {
        await stage.SendAsync(HttpMethod.Post, "/api/v1/namespaces/shop/secrets", JsonNode.Parse("""
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"lost"},"data":{} }
            """));
        await stage.SendAsync(HttpMethod.Post, Set[..Set.LastIndexOf('/')], JsonNode.Parse("""
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"store"},"spec":{"serviceName":"store","replicas":1,
             "selector":{"matchLabels":{"app":"store"} },"template":{"metadata":{"labels":{"app":"store"} },"spec":{
              "volumes":[{"name":"certificate","secret":{"secretName":"lost"} }],"containers":[{"name":"app","image":"store:1"}]} } } }
            """));
        await UntilRunningAsync(stage, generation: 1);
        await stage.SendAsync(HttpMethod.Patch, Set, JsonNode.Parse("""
            {"spec":{"template":{"spec":{"volumes":null,"containers":[{"name":"app","image":"store:2"}]} } } }
            """), "application/merge-patch+json");
        await UntilRunningAsync(stage, generation: 2);
    }

    private static async Task UntilWarnedAsync(ExecutorStage stage, string space, string reason)
    {
        while (!(await stage.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{space}/events"))["items"]!.AsArray()
            .Any(told => (string?)told!["reason"] == reason))
            Cancelled.ThrowIfCancellationRequested();
    }

    private static async Task UntilRunningAsync(ExecutorStage stage, int generation)
    {
        while ((await stage.SendAsync(HttpMethod.Get, Set))["status"] is not { } status
            || (int?)status["observedGeneration"] != generation
            || (int?)status["updatedReplicas"] != 1 || (int?)status["readyReplicas"] != 1)
            Cancelled.ThrowIfCancellationRequested();
    }
}
