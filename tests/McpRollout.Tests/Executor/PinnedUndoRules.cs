using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;

namespace McpRollout.Tests.Executor;

/// <summary>An undo that is pinned to the digests that ran goes the whole way of any other.</summary>
public class PinnedUndoRules
{
    [Fact]
    public async Task WhatRanIsBroughtBackByDigestAndStandsOnRecord()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync(pinImages: true);
        var pin = Assert.Single(request.Plan.Pins!);
        Assert.Matches("^registry.example/shop/checkout@sha256:[0-9a-f]{64}$", pin.Image);
        Assert.Contains(request.Changes, change => change.Contains(pin.Image, StringComparison.Ordinal));
        Assert.Contains(request.Steps, step => step.Contains(pin.Image, StringComparison.Ordinal));
        var before = (await stage.Broker.SnapshotOfAsync(request, TestContext.Current.CancellationToken))!;
        Assert.Contains(before.Diff, line => line.Text.Contains(pin.Image, StringComparison.Ordinal));
        var note = before.Revisions.Single(each => each.Revision == request.Plan.ToRevision);
        Assert.Contains(note.Images, image => image.EndsWith("checkout:2.15.0", StringComparison.Ordinal));
        Assert.Contains(note.Known, line => line.StartsWith($"{pin.Container} ran as sha256:", StringComparison.Ordinal));

        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        var end = await stage.UntilAsync(request, found => found.IsFinished);

        Assert.Equal((RequestState.Applied, UndoRollout.Healthy, 5L), (end.State, end.Outcome!.Rollout, end.Outcome.Revision));
        Assert.Equal(request.Plan.ToDigest, end.AppliedDigest);
        Assert.Equal(pin.Image, ImageOf(await stage.WorkloadAsync()));
        var asked = JsonDocument.Parse(File.ReadLines(stage.AuditFile).First(line => line.Contains("undo.requested"))).RootElement;
        Assert.Equal(pin.Image, asked.ItemsAt("detail", "pin_images").First().TextAt("image"));
        Assert.Contains("undo to revision 3 with images by digest", (await stage.WorkloadAsync())
            .TextAt("metadata", "annotations", "kubernetes.io/change-cause"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterALostAnswerItIsFencedAndCarriedOutAsItWasApproved()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var late = stage.Faults.DropAndHandleLate(ExecutorStage.IsThePatch);
        var request = await stage.AskAsync(pinImages: true);
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);
        var end = await stage.UntilAsync(request, found => found.IsFinished);
        late.Release();

        Assert.Equal((RequestState.Applied, UndoRollout.Healthy), (end.State, end.Outcome!.Rollout));
        Assert.Equal(request.Plan.Pins![0].Image, ImageOf(await stage.WorkloadAsync()));
        Assert.Equal(1, stage.Accepted);
    }

    [Fact]
    public async Task WhatWasApprovedIsBroughtBackWhateverIsSeenSince()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync(pinImages: true);
        await stage.ApproveAsync(request);
        await stage.RestartAsync();
        Assert.Empty(await stage.AskForNewsAsync(request));
        await stage.StartExecutorAsync();

        var end = await stage.UntilAsync(request, found => found.IsFinished);

        Assert.Equal(UndoRollout.Healthy, end.Outcome!.Rollout);
        Assert.Equal(request.Plan.Pins![0].Image, ImageOf(await stage.WorkloadAsync()));
    }

    [Fact]
    public async Task ATargetThatIsNoLongerWhatWasShownEndsItStale()
    {
        await using var stage = await ExecutorStage.SetAsync();
        var request = await stage.AskAsync(pinImages: true);
        var sets = await stage.SendAsync(HttpMethod.Get, "/apis/apps/v1/namespaces/shop/replicasets");
        var target = sets["items"]!.AsArray().Single(set =>
            (string?)set!["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"] == $"{request.Plan.ToRevision}"
            && (string?)set["metadata"]!["ownerReferences"]![0]!["name"] == "checkout")!;
        var renumbered = new JsonObject { ["deployment.kubernetes.io/revision"] = "1000" };
        await stage.SendAsync(HttpMethod.Patch, $"/apis/apps/v1/namespaces/shop/replicasets/{target["metadata"]!["name"]}",
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = renumbered } },
            "application/merge-patch+json");
        await stage.StartExecutorAsync();
        await stage.ApproveAsync(request);

        Assert.Equal(RequestState.Stale, (await stage.UntilAsync(request, found => found.IsFinished)).State);
        Assert.Equal(0, stage.Patches);
    }

    private static string? ImageOf(JsonElement workload) =>
        workload.ItemsAt("spec", "template", "spec", "containers").First().TextAt("image");
}
