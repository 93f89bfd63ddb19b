using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.PracticeCluster.Faults;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Audit;

namespace McpRollout.Tests.Executor;

/// <summary>
/// The practice cluster's StatefulSet <c>ledger</c>: pods 0 and 1 of revision 2, pod 2 of revision 3, whose image is missing. An undo to
/// revision 2 leaves it stuck at pod 2.
/// </summary>
public class StuckPodRules
{
    private const string Pods = "/api/v1/namespaces/payments/pods";
    private const string Set = "/apis/apps/v1/namespaces/payments/statefulsets/ledger";

    private static readonly WorkloadRef Ledger = new(ResourceType.StatefulSet, "payments", "ledger");
    private static readonly Func<RequestRecord, bool> Deletion = request =>
        request.Method == "DELETE" && request.Path.StartsWith(Pods, StringComparison.Ordinal);
    private static readonly Func<RequestRecord, bool> TheWrite = request =>
        request.Method == "PATCH" && request.Path == Set && request.IsWrite;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStuckStatefulSetBecomesHealthyByItself()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var gate = stage.Faults.Hold(Deletion);
        var request = await ApprovedAsync(stage);
        var stuck = await PodAsync(stage, 2);
        Assert.Equal([stuck], request.Plan.Pods);
        Assert.Contains(request.Steps, step => step.Contains($"ledger-2 (uid {stuck.Uid})", StringComparison.Ordinal));

        await gate.Arrived.WaitAsync(Cancelled);
        Assert.Equal("undo.deleting_pod", stage.AuditEvents[^1]);
        var announced = (await stage.Broker.FindAsync(request.Id, Cancelled))!;
        Assert.Equal((stuck, PodDeletionState.Deleting), (announced.Deletions[0].Pod, announced.Deletions[0].State));
        gate.Release();

        var end = await EndAsync(stage, request);
        Assert.Equal((stuck, PodDeletionState.Deleted), (end.Deletions[0].Pod, end.Deletions[0].State));
        Assert.Equal(["undo.executing", "undo.applied", "undo.deleting_pod", "undo.pod_deleted", "rollout.healthy"],
            stage.AuditEvents.TakeLast(5));
        var preconditions = JsonNode.Parse(Assert.Single(DeletionsOf(stage)).Body.Span)!["preconditions"]!;
        Assert.Equal(stuck.Uid, preconditions["uid"]!.GetValue<string>());
        Assert.NotNull(preconditions["resourceVersion"]);
    }

    [Fact]
    public async Task StuckPodsAreDeletedOneAtATimeFromTheLowestOrdinalUp()
    {
        await using var stage = await ExecutorStage.SetAsync();
        await SetReadyAsync(stage, 1, ready: false);
        using var second = stage.Faults.Hold(request => Deletion(request) && request.Path.EndsWith("ledger-2", StringComparison.Ordinal));
        var request = await ApprovedAsync(stage, to: 1);
        Assert.Equal(["ledger-1", "ledger-2"], request.Plan.Pods.Select(pod => pod.Name));

        await second.Arrived.WaitAsync(Cancelled);
        Assert.NotEqual(request.Plan.Pods[0], await PodAsync(stage, 1));
        Assert.True(await IsReadyAsync(stage, 1));
        second.Release();

        await EndAsync(stage, request);
        Assert.Equal([$"{Pods}/ledger-1", $"{Pods}/ledger-2"], DeletionsOf(stage).Select(each => each.Path));
    }

    [Fact]
    public async Task APodThatRecoveredIsLeftAlone()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var look = HoldFirstLook(stage);
        var request = await ApprovedAsync(stage);
        await look.Arrived.WaitAsync(Cancelled);
        await SetReadyAsync(stage, 2, ready: true);
        look.Release();
        await EndAsync(stage, request);
        Assert.Empty(DeletionsOf(stage));
        Assert.DoesNotContain("undo.deleting_pod", stage.AuditEvents);
    }

    [Fact]
    public async Task APodThatNobodyWasShownIsNeverDeleted()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync(Ledger));
        await MakeAgainAsync(stage, request.Plan.Pods[0]);
        stage.Faults.ForgetRequests();
        await stage.StartExecutorAsync();

        var waiting = await stage.UntilAsync(request,
            found => found.Outcome?.Message.Contains("was approved", StringComparison.Ordinal) == true);
        Assert.Contains(
            "ledger-2 is not ready and still of another revision, and the StatefulSet waits for it. No deletion of it was approved, so "
                + "somebody must delete it by hand (kubectl -n payments delete pod ledger-2).",
            waiting.Outcome!.Message,
            StringComparison.Ordinal);
        Assert.Empty(DeletionsOf(stage));
        await stage.SendAsync(HttpMethod.Delete, $"{Pods}/ledger-2");
        Assert.Empty((await EndAsync(stage, request)).Deletions);
    }

    [Fact]
    public async Task APodThatChangedSinceItWasLookedAtIsLookedAtAgain()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var gate = stage.Faults.Hold(Deletion);
        var request = await ApprovedAsync(stage);
        await gate.Arrived.WaitAsync(Cancelled);
        await stage.SendAsync(
            HttpMethod.Patch,
            $"{Pods}/ledger-2",
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["note"] = "x" } } },
            "application/merge-patch+json");
        gate.Release();

        await EndAsync(stage, request);
        Assert.Equal([409, 200], DeletionsOf(stage).Select(each => each.Status!.Value));
        Assert.Single(stage.AuditEvents, name => name == "undo.deleting_pod");
    }

    [Fact]
    public async Task APodThatBecomesReadyAtTheLastMomentIsNotDeleted()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var gate = stage.Faults.Hold(Deletion);
        var request = await ApprovedAsync(stage);
        await gate.Arrived.WaitAsync(Cancelled);
        await SetReadyAsync(stage, 2, ready: true);
        gate.Release();

        await EndAsync(stage, request);
        Assert.DoesNotContain(DeletionsOf(stage), each => each.Status == 200);
    }

    [Fact]
    public async Task ADeletionWhoseAnswerWasLostIsFoundDone()
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.DropAfterHandling(Deletion);
        var end = await EndAsync(stage, await ApprovedAsync(stage));
        Assert.Equal("The StatefulSet has it no more.", Assert.Single(end.Deletions).Message);
        Assert.Single(DeletionsOf(stage));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task ADeletionThatDidNotArriveIsSentAgainUnderTheSameRecord(int? status)
    {
        await using var stage = await ExecutorStage.SetAsync();
        if (status is { } code)
            stage.Faults.Answer(code, Deletion);
        else
            stage.Faults.DropBeforeHandling(Deletion);
        await EndAsync(stage, await ApprovedAsync(stage));
        Assert.Equal(2, DeletionsOf(stage).Count);
        Assert.Single(stage.AuditEvents, name => name == "undo.deleting_pod");
        Assert.Single(stage.AuditEvents, name => name == "undo.pod_deleted");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(400)]
    public async Task ARefusedDeletionIsLeftToAPerson(int status)
    {
        await using var stage = await ExecutorStage.SetAsync();
        stage.Faults.Answer(status, Deletion, times: int.MaxValue);
        var request = await ApprovedAsync(stage);
        var waiting = await stage.UntilAsync(request,
            found => found.Outcome?.Message.Contains("refused", StringComparison.Ordinal) == true);
        Assert.Equal(UndoRollout.Progressing, waiting.Outcome!.Rollout);
        Assert.Contains("so somebody who may must delete it by hand (kubectl -n payments delete pod ledger-2).", waiting.Outcome.Message,
            StringComparison.Ordinal);
        Assert.Equal(["undo.deleting_pod", "undo.pod_kept"], stage.AuditEvents.TakeLast(2));
        Assert.Single(DeletionsOf(stage));

        stage.Faults.Clear();
        await stage.SendAsync(HttpMethod.Delete, $"{Pods}/ledger-2");
        Assert.Equal(PodDeletionState.Refused, Assert.Single((await EndAsync(stage, request)).Deletions).State);
    }

    [Fact]
    public async Task WithoutAuditNoPodIsDeleted()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var stage = await ExecutorStage.SetAsync(audit: receiver.Options(SinkLevel.Required));
        using var look = HoldFirstLook(stage);
        var request = await ApprovedAsync(stage);
        await look.Arrived.WaitAsync(Cancelled);
        receiver.Answer = _ => 403;
        look.Release();
        await stage.UntilAsync(request, found => found.Deletions.Count > 0);
        await LooksAsync(stage, 2);
        Assert.Empty(DeletionsOf(stage));

        receiver.Answer = _ => 200;
        await EndAsync(stage, request);
        Assert.Single(DeletionsOf(stage));
    }

    [Fact]
    public async Task NothingIsDeletedOnceSomebodyHasChangedTheWorkload()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var look = HoldFirstLook(stage);
        var request = await ApprovedAsync(stage);
        await look.Arrived.WaitAsync(Cancelled);
        await stage.SendAsync(
            HttpMethod.Patch,
            Set,
            new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["hotfix"] = "1" } } },
                },
            },
            "application/merge-patch+json");
        look.Release();

        Assert.Equal(UndoRollout.Superseded, (await stage.UntilAsync(request, found => found.IsFinished)).Outcome!.Rollout);
        Assert.Empty(DeletionsOf(stage));
    }

    [Fact]
    public async Task OnlyAPlannedPodOfAnAppliedUndoThatThisProcessHoldsCanBeClaimed()
    {
        await using var stage = await ExecutorStage.SetAsync();
        using var gate = stage.Faults.Hold(Deletion);
        var approved = await stage.ApproveAsync(await stage.AskAsync(Ledger));
        Assert.Null(await ClaimAsync(approved with { Lease = new Lease("me", DateTimeOffset.MaxValue, 1) }, approved.Plan.Pods[0]));

        await stage.StartExecutorAsync();
        await gate.Arrived.WaitAsync(Cancelled);
        var held = (await stage.Broker.FindAsync(approved.Id, Cancelled))!;
        Assert.NotNull(await ClaimAsync(held, held.Plan.Pods[0]));
        Assert.Null(await ClaimAsync(held, await PodAsync(stage, 1)));
        Assert.Null(await ClaimAsync(held, held.Plan.Pods[0] with { Uid = "another" }));
        Assert.Null(await ClaimAsync(held with { Lease = held.Lease! with { Number = held.Lease.Number - 1 } }, held.Plan.Pods[0]));
        Assert.Null(await ClaimAsync(held with { Lease = null }, held.Plan.Pods[0]));
        gate.Release();
        var end = await EndAsync(stage, approved);
        Assert.Null(await ClaimAsync(end with { Lease = held.Lease }, held.Plan.Pods[0]));

        Task<ApprovedDeletion?> ClaimAsync(UndoRequest request, PodRef pod) =>
            stage.Broker.ClaimDeletionAsync(request, pod, TimeSpan.FromMinutes(1), Cancelled);
    }

    private static async Task<UndoRequest> ApprovedAsync(ExecutorStage stage, long? to = null)
    {
        var request = await stage.AskAsync(Ledger, to);
        await stage.StartExecutorAsync();
        return await stage.ApproveAsync(request);
    }

    private static async Task<UndoRequest> EndAsync(ExecutorStage stage, UndoRequest request)
    {
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.True(end.Outcome!.Rollout == UndoRollout.Healthy, end.Outcome.Message);
        return end;
    }

    private static IReadOnlyList<RequestRecord> DeletionsOf(ExecutorStage stage) => [.. stage.Faults.Requests.Where(Deletion)];

    private static RequestGate HoldFirstLook(ExecutorStage stage) =>
        stage.Faults.Hold(read => read.Method == "GET" && read.Path == Set && stage.Faults.Requests.Any(TheWrite), times: 1);

    // Each look lists the pods.
    private static async Task LooksAsync(ExecutorStage stage, int times)
    {
        for (var look = 0; look < times; look++)
        {
            using var gate = stage.Faults.Hold(FaultInjection.On("GET", Pods), times: 1);
            await gate.Arrived.WaitAsync(Cancelled);
            gate.Release();
        }
    }

    private static async Task<PodRef> PodAsync(ExecutorStage stage, int ordinal) =>
        PodRef.Of(JsonElement.Parse((await stage.SendAsync(HttpMethod.Get, $"{Pods}/ledger-{ordinal}")).ToJsonString()));

    private static async Task<bool> IsReadyAsync(ExecutorStage stage, int ordinal) =>
        JsonElement.Parse((await stage.SendAsync(HttpMethod.Get, $"{Pods}/ledger-{ordinal}")).ToJsonString()).IsReady();

    private static async Task SetReadyAsync(ExecutorStage stage, int ordinal, bool ready) => await stage.SendAsync(
        HttpMethod.Patch,
        $"{Pods}/ledger-{ordinal}/status",
        new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "Ready",
                    ["status"] = ready ? "True" : "False",
                    ["lastTransitionTime"] = "2026-11-22T00:00:00Z",
                }),
            },
        },
        "application/merge-patch+json");

    // Somebody deletes it, and the controller makes it again, from the same bad revision.
    private static async Task MakeAgainAsync(ExecutorStage stage, PodRef pod)
    {
        await stage.SendAsync(HttpMethod.Delete, $"{Pods}/{pod.Name}");
        while (!(await stage.SendAsync(HttpMethod.Get, Pods))["items"]!.AsArray()
            .Any(item => item!["metadata"]!["name"]!.GetValue<string>() == pod.Name && item["status"]!["containerStatuses"] is not null))
            Cancelled.ThrowIfCancellationRequested();
    }
}
