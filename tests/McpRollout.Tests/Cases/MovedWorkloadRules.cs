using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Executor;

namespace McpRollout.Tests.Cases;

/// <summary>A number is no identity: what was approved is a template, under a uid, in a place that others write to as well.</summary>
public class MovedWorkloadRules
{
    private const string Deployments = "/apis/apps/v1/namespaces/shop/deployments";
    private const string ReplicaSets = "/apis/apps/v1/namespaces/shop/replicasets";

    public enum Move
    {
        Changed,
        MadeAgain,
        Deleted,
        TargetPruned,
        TargetRenumbered,
        Paused,
    }

    [Theory]
    [Proves(Hazard.MovedWorkloadIsStale)]
    [InlineData(Move.Changed)]
    [InlineData(Move.MadeAgain)]
    [InlineData(Move.Deleted)]
    [InlineData(Move.TargetPruned)]
    [InlineData(Move.TargetRenumbered)]
    [InlineData(Move.Paused)]
    public async Task AWorkloadThatMovedSinceItWasShownIsStaleAndNotWritten(Move move)
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.ApproveAsync(await stage.AskAsync());
        await MoveAsync(stage, move, request);
        stage.Faults.ForgetRequests();
        await stage.StartExecutorAsync();

        var end = await stage.UntilAsync(request, found => found.IsFinished);
        Assert.Equal(RequestState.Stale, end.State);
        Assert.Contains("Nothing was changed.", end.Outcome!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Faults.Requests, each => each.IsWrite && each.Method == "PATCH");
    }

    private static async Task MoveAsync(ExecutorStage stage, Move move, UndoRequest request)
    {
        var shown = JsonNode.Parse((await stage.WorkloadAsync()).GetRawText())!.AsObject();
        switch (move)
        {
            case Move.Changed:
                await stage.ChangeAsync(TemplateOf(
                    new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["hotfix"] = "1" } } }));
                break;
            case Move.Paused:
                await stage.ChangeAsync(new JsonObject { ["spec"] = new JsonObject { ["paused"] = true } });
                break;
            case Move.Deleted:
                await stage.SendAsync(HttpMethod.Delete, $"{Deployments}/checkout");
                break;
            case Move.MadeAgain:
                await stage.SendAsync(HttpMethod.Delete, $"{Deployments}/checkout");
                shown["metadata"] = new JsonObject
                {
                    ["name"] = "checkout",
                    ["annotations"] = shown["metadata"]!["annotations"]!.DeepClone(),
                };
                shown.Remove("status");
                await stage.SendAsync(HttpMethod.Post, Deployments, shown);
                break;
            case Move.TargetPruned:
                await stage.SendAsync(HttpMethod.Delete,
                    $"{ReplicaSets}/{(await RevisionAsync(stage, request.Plan.ToRevision))["metadata"]!["name"]}");
                break;
            case Move.TargetRenumbered:
                // Somebody went back to it and forth again: the workload is as it was shown, the target has another number.
                await ReplaceTemplateAsync(stage, (await RevisionAsync(stage, request.Plan.ToRevision))["spec"]!["template"]!);
                await ReplaceTemplateAsync(stage, shown["spec"]!["template"]!);
                break;
        }
    }

    private static JsonObject TemplateOf(JsonObject template) => new() { ["spec"] = new JsonObject { ["template"] = template } };

    private static async Task<JsonNode> RevisionAsync(ExecutorStage stage, long number) =>
        (await stage.SendAsync(HttpMethod.Get, ReplicaSets))["items"]!.AsArray().Single(set =>
            set!["metadata"]!["name"]!.GetValue<string>().StartsWith("checkout-", StringComparison.Ordinal)
            && set["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]!.GetValue<string>() == $"{number}")!;

    private static async Task ReplaceTemplateAsync(ExecutorStage stage, JsonNode template)
    {
        var now = await stage.SendAsync(HttpMethod.Get, $"{Deployments}/checkout");
        var wanted = template.DeepClone().AsObject();
        wanted["metadata"]!["labels"]!.AsObject().Remove("pod-template-hash");
        now["spec"]!["template"] = wanted;
        now["metadata"]!.AsObject().Remove("resourceVersion");
        var generation = (await stage.SendAsync(HttpMethod.Put, $"{Deployments}/checkout", now))["metadata"]!["generation"]!
            .GetValue<long>();
        while ((await stage.SendAsync(HttpMethod.Get, $"{Deployments}/checkout"))["status"]!["observedGeneration"]!
            .GetValue<long>() < generation)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }
}
