using McpRollout.Approvals.Requests;
using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Tools;

/// <summary>What an agent tells the user once an undo is healthy: what it has left as it was.</summary>
public sealed class NextStepsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 10, 26, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("managed-by", "Argo CD will put another template back (finding managed-by): revert it there", "Argo CD")]
    [InlineData("managed-by", "Application argocd/shop, Shop main will put another template back (finding managed-by): revert it there",
        "Application argocd/shop", "Shop main")]
    [InlineData("managed-by", "Said so. will put another template back (finding managed-by): revert it there")]
    [InlineData("owner-paused", "Application argocd/shop puts another template back once it is resumed or synced (finding owner-paused): "
        + "have its source changed first", "Application argocd/shop")]
    [InlineData("kept-by-apply", "fields that it brought back stay after the next kubectl apply (finding kept-by-apply)")]
    [InlineData("on-delete", "pods that nobody has deleted yet still run the template of before")]
    [InlineData("partition", "pods below the partition were not taken back")]
    [InlineData("same-tag", "the images are named as before, so that no older one came back by its name (finding same-tag)")]
    [InlineData("image-moved", "the image tag of web, log means another image than the one that ran then (finding image-moved)",
        "web", "log")]
    [InlineData("mutable-tag", "an image tag that moves may mean another image than the one that ran then (finding mutable-tag)")]
    [InlineData("removed-fields", "the cluster dropped or changed fields of what came back (finding removed-fields)")]
    [InlineData("changed-since",
        "a ConfigMap or Secret was changed since that revision ran (finding changed-since) and was not restored")]
    [InlineData("config-not-restored", "ConfigMaps and Secrets are as they are now; none was restored")]
    [InlineData("migration", "a schema migration was not taken back (finding migration)")]
    [InlineData("not-checked", "what could not be checked has to be looked at by hand (finding not-checked)")]
    public void AHealthyUndoTellsWhatEachFindingLeaves(string code, string left, params string[] subjects) =>
        Assert.Equal(
            $"The undo is applied and the rollout is healthy: tell the user, and that this is left: {left}.",
            NextOf(Healthy() with { Findings = [Found(code, subjects)] }));

    [Theory]
    [InlineData("far-back")]
    [InlineData("pace")]
    [InlineData("autoscaler")]
    [InlineData("current-healthy")]
    public void WhatEndsWithTheUndoLeavesNothingToDo(string code)
    {
        const string nothing = "The undo is applied and the rollout is healthy: tell the user; nothing is left to do.";

        Assert.Equal(nothing, NextOf(Healthy()));
        Assert.Equal(nothing, NextOf(Healthy() with { Findings = [Found(code, [])] }));
    }

    [Fact]
    public void SeveralThingsThatAreLeftAreAllTold() => Assert.EndsWith(
        "tell the user, and that this is left: pods below the partition were not taken back; ConfigMaps and Secrets are as they are now; "
            + "none was restored.",
        NextOf(Healthy() with { Findings = [Found("config-not-restored", []), Found("partition", [])] }), StringComparison.Ordinal);

    [Fact]
    public void WhatAnUndoPausedIsNamedWithTheCommandThatResumesIt()
    {
        var plan = Healthy().Plan with { Pause = new(OwnerKind.Kustomization, "flux-system", "shop", "u", "null") };

        Assert.Contains("Kustomization flux-system/shop is paused until somebody has changed its source and resumes it (flux resume "
            + "kustomization shop -n flux-system).", NextOf(Healthy() with { Plan = plan, PausedAt = Now }), StringComparison.Ordinal);
        Assert.Contains("nothing is left to do", NextOf(Healthy() with { Plan = plan }), StringComparison.Ordinal);
    }

    [Fact]
    public void ImagesBroughtBackByDigestLeaveNoTagToLookAt() => Assert.EndsWith("nothing is left to do.", NextOf(Healthy() with
    {
        Plan = Healthy().Plan with { Pins = [new ImagePin("web", $"shop/web@sha256:{new string('a', 64)}")] },
        Findings = [Found("image-moved", ["web"])],
    }), StringComparison.Ordinal);

    [Fact]
    public void AStatefulSetKeepsItsData() => Assert.EndsWith(
        "this is left: the data in the StatefulSet's volumes is as it was.",
        NextOf(Healthy() with { Plan = Healthy().Plan with { ResourceType = ResourceType.StatefulSet } }), StringComparison.Ordinal);

    [Fact]
    public void AnUndoThatIsStillWatchedMayLeaveMore() => Assert.EndsWith("with wait_seconds 50): tell the user.", NextOf(Healthy() with
    {
        Outcome = Healthy().Outcome! with
        {
            Verification = new(VerificationState.Watching, Now, Now.AddMinutes(5), "It is watched.", 3, 3, 0),
        },
    }), StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AWayBackThatWasApprovedBeforehandIsTold(bool chosen)
    {
        var undo = Healthy() with
        {
            Outcome = new("Not healthy.", Now, UndoRollout.Degraded, 5),
            Decisions = [new("dana", Verdict.Approve, Now, null) { WayHomeUntil = chosen ? Now.AddMinutes(30) : null }],
        };
        Assert.EndsWith(
            "What ran before is revision 4, current_revision is 5. " + (chosen
                ? "To go back to exactly that was approved beforehand, once and until 2026-03-10 10:56:00Z: if the user wants it, ask for "
                    + "it with k8s_rollout_undo. "
                : "") + "Nothing goes on by itself.",
            NextOf(undo),
            StringComparison.Ordinal);
    }

    private static string NextOf(UndoRequest request) => NextSteps.For(request, null, null);

    private static UndoRequest Healthy() => TempStore.NewRequest() with
    {
        State = RequestState.Applied,
        Outcome = new("Applied.", Now, UndoRollout.Healthy, 5),
    };

    private static Finding Found(string code, string[] subjects) =>
        FindingKinds.All.Single(kind => kind.Code == code).Of("Said so.", subjects) with { Message = "Said so." };
}
