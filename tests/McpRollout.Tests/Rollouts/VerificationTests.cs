using System.Text.Json;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

public sealed class VerificationTests
{
    private static readonly DateTimeOffset Healthy = new(2026, 11, 20, 16, 52, 0, TimeSpan.Zero);

    [Fact]
    public void WhatStaysReadyWithoutARestartIsVerifiedAtTheEnd()
    {
        var watch = Begin(Rollout(3, 3, Pod("a"), Pod("b"), Pod("c", restarts: 4)));
        Assert.Equal(VerificationState.Watching, watch.State);

        watch = watch.Look(Rollout(3, 3, Pod("a"), Pod("b"), Pod("c", restarts: 4)), Healthy.AddSeconds(119));
        Assert.Equal(VerificationState.Watching, watch.State);
        Assert.Equal("It is watched until 2026-11-20 16:54:00Z: no restart so far, 3 pods were ready at first.", watch.Message);

        watch = watch.Look(Rollout(3, 3, Pod("a"), Pod("b"), Pod("c", restarts: 4)), Healthy.AddSeconds(120));
        Assert.Equal((VerificationState.Verified, "Watched for 2 min since it was healthy: 3 of 3 pods ready and no restart."),
            (watch.State, watch.Message));
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("c", 5)]
    [InlineData("new", 2)]
    public void ARestartEndsItAtOnce(string pod, int restarts)
    {
        var watch = Begin(Rollout(3, 3, Pod("a"), Pod("b"), Pod("c", restarts: 4)))
            .Look(Rollout(2, 3, Pod(pod, restarts: restarts)), Healthy.AddSeconds(7));

        Assert.Equal(VerificationState.Worse, watch.State);
        Assert.Equal(Healthy.AddSeconds(7), watch.Until);
        Assert.Contains("within 7 s of being healthy: ", watch.Message, StringComparison.Ordinal);
        Assert.Contains(" restart", watch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RestartsOfBeforeOfAnotherRevisionOrOfAPodThatGoesDoNotCount()
    {
        var watch = Begin(Rollout(3, 3, Pod("a", restarts: 2))).Look(
            Rollout(3, 3, Pod("a", restarts: 2), Pod("old", label: "old", restarts: 9), Pod("b", restarts: 1, goes: true)),
            Healthy.AddSeconds(60));

        Assert.Equal((VerificationState.Watching, 0), (watch.State, watch.Restarts));
    }

    [Fact]
    public void MissingPodsAreJudgedAtTheEndAlone()
    {
        var dip = Begin(Rollout(3, 3, Pod("a"))).Look(Rollout(1, 3, Pod("a")), Healthy.AddSeconds(60));
        Assert.Equal((VerificationState.Watching, 1), (dip.State, dip.LeastReady));

        var back = dip.Look(Rollout(3, 3, Pod("a")), Healthy.AddSeconds(121));
        Assert.Equal((VerificationState.Verified, "Watched for 2 min since it was healthy: 3 of 3 pods ready and no restart; "
            + "at the fewest, 1 were ready in between."), (back.State, back.Message));

        var gone = dip.Look(Rollout(2, 3), Healthy.AddSeconds(121));
        Assert.Equal((VerificationState.Worse, "It got worse within 2 min of being healthy: 2 of 3 pods ready, where 3 were when it "
            + "became healthy."), (gone.State, gone.Message));
    }

    [Theory]
    [InlineData(3, 3, nameof(VerificationState.Verified))]
    [InlineData(2, 2, nameof(VerificationState.Verified))]
    [InlineData(5, 5, nameof(VerificationState.Verified))]
    [InlineData(3, 5, nameof(VerificationState.Unproven))]
    [InlineData(2, 5, nameof(VerificationState.Worse))]
    public void OnlyAsManyPodsAsAreWantedAtTheEndProveIt(int ready, int desired, string state) => Assert.Equal(
        state, $"{Begin(Rollout(3, 3, Pod("a"))).Look(Rollout(ready, desired, Pod("a")), Healthy.AddSeconds(120)).State}");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    public void WhereNoPodOfTheRevisionIsThereNothingIsProved(int ready, int desired)
    {
        var watch = Begin(Rollout(3, 3)).Look(Rollout(ready, desired, Pod("old", label: "old")), Healthy.AddSeconds(120));
        Assert.Equal((VerificationState.Unproven, "It is not proved that it stays healthy. No pod of its revision was there at the end."),
            (watch.State, watch.Message));
    }

    [Theory]
    [InlineData(151)]
    [InlineData(259_200)]
    [InlineData(-5)]
    public void WhatNobodySawProvesNeitherThatItStaysNorThatItGotWorse(int seconds) => Assert.Equal(
        VerificationState.Unproven,
        Begin(Rollout(3, 3, Pod("a"))).Look(Rollout(3, 3, Pod("a", restarts: 1)), Healthy.AddSeconds(seconds)).State);

    [Fact]
    public void AWatchThatIsBrokenOffProvesNothing()
    {
        var watch = Begin(Rollout(3, 3)).Broken(Healthy.AddSeconds(30), "The workload is gone.");
        Assert.Equal(
            (VerificationState.Unproven, Healthy.AddSeconds(30), "It is not proved that it stays healthy. The workload is gone."),
            (watch.State, watch.Until, watch.Message));
    }

    private static Verification Begin(RolloutSnapshot healthy) => Verification.Begin(healthy, Healthy, TimeSpan.FromMinutes(2));

    private static RolloutSnapshot Rollout(int ready, int desired, params JsonElement[] pods) => RolloutSnapshot.Of(RevisionHistory.From(
        Workload.From(ResourceType.Deployment, Samples.Json(
            $$$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"u","generation":3,"annotations":{"deployment.kubernetes.io/revision":"3"}},
             "spec":{"replicas":{{{desired}}},"selector":{"matchLabels":{"app":"web"}},"template":{"spec":{"containers":[{"name":"app","image":"app:1"}]} } },
             "status":{"observedGeneration":3,"replicas":{{{desired}}},"updatedReplicas":{{{desired}}},"readyReplicas":{{{ready}}},"availableReplicas":{{{ready}}} } }
            """)),
        [ReplicaSet(3, "new"), ReplicaSet(2, "old")],
        pods));

    private static JsonElement ReplicaSet(int number, string label) => Samples.Json(
        $$$"""
        {"metadata":{"name":"web-{{{label}}}","uid":"rs-{{{label}}}","labels":{"pod-template-hash":"{{{label}}}"},
          "annotations":{"deployment.kubernetes.io/revision":"{{{number}}}"},"ownerReferences":[{"uid":"u","controller":true}]},
         "spec":{"template":{"spec":{"containers":[{"name":"app","image":"app:{{{(label == "new" ? 1 : 2)}}}"}]} } } }
        """);

    private static JsonElement Pod(string name, string label = "new", int restarts = 0, bool goes = false) => Samples.Json(
        $$$"""
        {"metadata":{"name":"{{{name}}}","uid":"uid-{{{name}}}",{{{(goes ? "\"deletionTimestamp\":\"2026-11-20T16:52:30Z\"," : "")}}}
          "labels":{"app":"web","pod-template-hash":"{{{label}}}"},"ownerReferences":[{"uid":"rs-{{{label}}}","controller":true}]},
         "status":{"phase":"Running","containerStatuses":[{"name":"app","ready":true,"restartCount":{{{restarts}}},"state":{"running":{} } }]} }
        """);
}
