using System.Text.Json;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

public sealed class PodReportTests
{
    private static readonly DateTimeOffset Applied = new(2026, 11, 20, 16, 52, 0, TimeSpan.Zero);

    [Fact]
    public void PodsAreCountedByRevisionWithTheRestartsOfTheCurrentOne()
    {
        var report = Report(
            [
                Pod("a", "new", ready: true, restarts: 2),
                Pod("b", "new", ready: false, restarts: 1),
                Pod("c", "old", ready: true, restarts: 9)],
            []);

        Assert.Equal([new(3, 2, 1), new(2, 1, 1)], report.Revisions);
        Assert.Equal(3, report.Restarts);
        Assert.Null(report.Advice);
        Assert.Contains("Pods ready: 1 of 2 of revision 3, 1 of 1 of revision 2; restarts of the current revision's containers: 3",
            PodReportText.Lines(report));
    }

    [Fact]
    public void APodThatFailedAsAWholeAndWasReplacedIsNotCountedAsMissing()
    {
        var report = Report(
            [Pod("a", "new"), Pod("b", "new"), Pod("evicted", "new", ready: false, phase: "Failed"),
                Pod("shut-down", "old", ready: false, phase: "Failed")],
            [Event("evicted", "Evicted", "low on memory", minutes: 1)]);

        Assert.Equal([new(3, 2, 2)], report.Revisions);
        Assert.Equal("Evicted", Assert.Single(report.Warnings!).Reason);
    }

    [Fact]
    public void WarningsSinceTheUndoAboutTheseVeryPodsAreToldOnce()
    {
        var report = Report(
            [Pod("a", "new"), Pod("b", "new")],
            [
                Event("a", "Unhealthy", "Readiness probe failed: 503", minutes: 1, count: 4),
                Event("b", "Unhealthy", "Readiness probe failed: 503", minutes: 2, count: 3),
                Event("a", "Failed", "an old story", minutes: -5),
                Event("stranger", "Failed", "of another pod", minutes: 1),
                Event("a", "Pulled", "all is well", minutes: 1, type: "Normal"),
                Event("a", "Failed", "password=hunter2 was refused", minutes: 3),
            ]);

        Assert.Equal(
            [new WarningEvent("Failed", "password=*** was refused", 1, Applied.AddMinutes(3)),
                new("Unhealthy", "Readiness probe failed: 503", 7, Applied.AddMinutes(2))],
            report.Warnings);
    }

    [Fact]
    public void WhatCouldNotBeReadIsSaidToBeUnread()
    {
        var report = PodReport.Of(RolloutSnapshot.Of(History([Pod("a", "new")])), null, Applied);

        Assert.Null(report.Warnings);
        Assert.Contains("Warning events were not read.", PodReportText.Lines(report));
    }

    [Theory]
    [InlineData("Failed to pull image \"app:1\": rpc error: code = NotFound desc = failed to pull and unpack image "
        + "\"docker.io/library/app:1\": not found", "gone from its registry")]
    [InlineData("Failed to pull image \"app:1\": manifest unknown: manifest unknown", "gone from its registry")]
    [InlineData(
        "Failed to pull image \"app:1\": pull access denied, repository does not exist or may require authorization",
        "imagePullSecrets")]
    [InlineData("Failed to pull image \"app:1\": 401 Unauthorized", "imagePullSecrets")]
    [InlineData("Failed to pull image \"app:1\": dial tcp 10.0.0.1:443: i/o timeout", "can be reached from the nodes")]
    public void AnImageThatCannotBePulledIsSaidToBeExactlyThat(string said, string advice)
    {
        var report = Report([Pod("a", "new", ready: false, waiting: "ImagePullBackOff")], [Event("a", "Failed", said, minutes: 1)]);

        Assert.Contains("app:1", report.Advice, StringComparison.Ordinal);
        Assert.Contains(advice, report.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app:1")]
    [InlineData("ghcr.io/acme/checkout:2.16.0")]
    [InlineData("123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/checkout:2.16.0")]
    public void WhatContainerdSaysAtTheEndOfALongSentenceIsHeard(string image)
    {
        var said = $"Failed to pull image \"{image}\": rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": "
            + $"failed to resolve reference \"{image}\": {image}: not found";

        Assert.Contains("gone from its registry",
            Report([Pod("a", "new", ready: false, waiting: "ImagePullBackOff")], [Event("a", "Failed", said, minutes: 1)], image).Advice,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Failed to pull image \"app:1\": no match for platform in manifest: not found")]
    [InlineData("Failed to pull image \"app:1\": content digest sha256:12ab: not found")]
    public void AnImageThatIsThereIsNotCalledGone(string said) => Assert.DoesNotContain(
        "gone",
        Report([Pod("a", "new", ready: false, waiting: "ImagePullBackOff")], [Event("a", "Failed", said, minutes: 1)]).Advice,
        StringComparison.Ordinal);

    [Fact]
    public void AbsurdCountsAndForgedWordsDoNoHarm()
    {
        var report = Report(
            [Pod("a", "new")],
            [
                Event("a", "Next", "all is well\", call", minutes: 1, count: int.MaxValue),
                Event("a", "Next", "all is well\", call", minutes: 1, count: int.MaxValue)]);

        Assert.Equal($"Event ×{int.MaxValue} in the cluster: \"Next: all is well', call\"",
            PodReportText.Text(Assert.Single(report.Warnings!)));
    }

    [Fact]
    public void ACrashIsNoMatterOfTheImage() =>
        Assert.Null(Report(
            [Pod("a", "new", ready: false, waiting: "CrashLoopBackOff")],
            [Event("a", "BackOff", "app:1 not found", minutes: 1)]).Advice);

    [Fact]
    public void AnImageOfAnotherRevisionIsNoMatterOfThisUndo() =>
        Assert.Null(Report([Pod("a", "old", ready: false, waiting: "ImagePullBackOff")], []).Advice);

    private static PodReport Report(IReadOnlyList<JsonElement> pods, IReadOnlyList<JsonElement> events, string image = "app:1") =>
        PodReport.Of(RolloutSnapshot.Of(History(pods, image)), events, Applied);

    private static RevisionHistory History(IReadOnlyList<JsonElement> pods, string image = "app:1") => RevisionHistory.From(
        Workload.From(ResourceType.Deployment, Samples.Json(
            """
            {"metadata":{"name":"web","namespace":"shop","uid":"u","generation":3,"annotations":{"deployment.kubernetes.io/revision":"3"}},
             "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"spec":{"containers":[{"name":"app","image":"app:1"}]}}},
             "status":{"observedGeneration":3}}
            """)),
        [ReplicaSet(3, "new", image), ReplicaSet(2, "old", "app:2")],
        pods);

    private static JsonElement ReplicaSet(int number, string label, string image) => Samples.Json(
        $$$"""
        {"metadata":{"name":"web-{{{label}}}","uid":"rs-{{{label}}}","labels":{"pod-template-hash":"{{{label}}}"},
          "annotations":{"deployment.kubernetes.io/revision":"{{{number}}}"},"ownerReferences":[{"uid":"u","controller":true}]},
         "spec":{"template":{"spec":{"containers":[{"name":"app","image":"{{{image}}}"}]} } } }
        """);

    private static JsonElement Pod(string name, string label, bool ready = true, int restarts = 0, string? waiting = null,
        string phase = "Running") => Samples.Json(
        $$$"""
        {"metadata":{"name":"{{{name}}}","uid":"uid-{{{name}}}","labels":{"app":"web","pod-template-hash":"{{{label}}}"},"ownerReferences":[{"uid":"rs-{{{label}}}","controller":true}]},
         "status":{"phase":"{{{phase}}}","conditions":[{"type":"Ready","status":"{{{(ready ? "True" : "False")}}}"}],
          "containerStatuses":[{"name":"app","ready":{{{(ready ? "true" : "false")}}},"restartCount":{{{restarts}}},
           "state":{{{(waiting is null ? """{"running":{}}""" : $$"""{"waiting":{"reason":"{{waiting}}","message":"Back-off pulling image \"app:1\""} }""")}}} }]} }
        """);

    private static JsonElement Event(string pod, string reason, string message, int minutes, int count = 1, string type = "Warning") =>
        Samples.Json(
            $$$"""
            {"type":"{{{type}}}","reason":"{{{reason}}}","message":{{{JsonSerializer.Serialize(message)}}},"count":{{{count}}},
             "lastTimestamp":"{{{Applied.AddMinutes(minutes):yyyy-MM-ddTHH:mm:ssZ}}}","involvedObject":{"kind":"Pod","uid":"uid-{{{pod}}}"} }
            """);
}
