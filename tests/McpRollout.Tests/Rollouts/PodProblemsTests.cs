using System.Text.Json;
using McpRollout.Rollouts.Status;

namespace McpRollout.Tests.Rollouts;

public sealed class PodProblemsTests
{
    [Fact]
    public void The_recorded_pods_tell_why()
    {
        Assert.Equal(
            [new PodProblem(
                "checkout-86b4b99d5d-9phng",
                "app",
                "CrashLoopBackOff",
                "back-off: shop/checkout:crash-1.4.2",
                3,
                "86b4b99d5d")],
            PodProblems.In(Samples.List(Recorded.DeploymentPods)));
        Assert.Equal(
            [new PodProblem("agent-wmqm6", "agent", "ImagePullBackOff", "back-off: shop/agent:missing-4", 0, "54875d458c")],
            PodProblems.In(Samples.List(Recorded.DaemonSetPods)));
        Assert.Empty(PodProblems.In(Samples.List(Recorded.DeploymentPods), "5d994bf79"));
    }

    [Theory]
    [InlineData(
        """{"containerStatuses":[{"name":"c","restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 5m"}}"""
            + ""","lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}""",
        "c",
        "CrashLoopBackOff",
        "back-off 5m; last ended: OOMKilled, exit code 137")]
    [InlineData(
        """{"initContainerStatuses":[{"name":"i","restartCount":0,"state":{"terminated":{"exitCode":2,"reason":"Error","message":"no """
            + """db"}}}],"containerStatuses":[{"name":"c","state":{"waiting":{"reason":"PodInitializing"}}}]}""",
        "i",
        "Error",
        "exit code 2; no db")]
    [InlineData(
        """{"containerStatuses":[{"name":"c","ready":false,"started":true,"state":{"running":{}}}]}""",
        "c",
        "NotReady",
        "running, but not ready: its readiness probe has not succeeded")]
    [InlineData(
        """{"containerStatuses":[{"name":"c","ready":false,"started":false,"state":{"running":{}}}]}""",
        "c",
        "NotStarted",
        "running, but its startup probe has not succeeded")]
    [InlineData(
        """{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes"}]}""",
        null,
        "Unschedulable",
        "0/3 nodes")]
    [InlineData(
        """{"conditions":[{"type":"Ready","status":"False","reason":"ReadinessGatesNotReady","message":"gate x"}]"""
            + ""","containerStatuses":[{"name":"c","ready":true,"state":{"running":{}}}]}""",
        null,
        "ReadinessGatesNotReady",
        "gate x")]
    public void Each_way_of_failing_is_told(string status, string? container, string reason, string message)
    {
        var problem = Assert.Single(PodProblems.In([Pod("p", status)]));
        Assert.Equal(("p", container, reason, message), (problem.Pod, problem.Container, problem.Reason, problem.Message));
    }

    [Theory]
    [InlineData("""{"containerStatuses":[{"name":"c","ready":true,"state":{"running":{}}}]}""", "")]
    [InlineData("""{"containerStatuses":[{"name":"c","ready":false,"state":{"waiting":{"reason":"ContainerCreating"}}}]}""", "")]
    [InlineData("""{"initContainerStatuses":[{"name":"i","ready":false,"state":{"running":{}}}]}""", "")]
    [InlineData("""{"initContainerStatuses":[{"name":"i","ready":true,"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}""", "")]
    [InlineData("""{"phase":"Succeeded","containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":1}}}]}""", "")]
    [InlineData(
        """{"containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":1}}}]}""",
        """ "deletionTimestamp":"2026-01-01T00:00:00Z", """)]
    [InlineData("""{"phase":"Failed","reason":"Evicted","message":"low on memory"}""", "")]
    [InlineData("""{"phase":"Failed","reason":"NodeShutdown","containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":137}}}]}""", "")]
    [InlineData("""{"phase":"Failed","reason":"Preempting"}""", "")]
    [InlineData("{}", "")]
    public void What_is_on_its_way_is_no_problem(string status, string metadata) =>
        Assert.Empty(PodProblems.In([Pod("p", status, metadata)]));

    [Fact]
    public void The_newest_pods_come_first_and_the_list_is_bounded()
    {
        const string Failing =
            """{"containerStatuses":[{"name":"a","state":{"waiting":{"reason":"X"}}},{"name":"b","state":{"waiting":{"reason":"X"}}}]}""";
        var pods = Enumerable.Range(1, 9).Select(day => Pod($"p{day}", Failing, $"\"creationTimestamp\":\"2026-01-0{day}T00:00:00Z\","))
            .ToList();
        Assert.Equal(["p9", "p9", "p8"], PodProblems.In(pods, limit: 3).Select(problem => problem.Pod));
    }

    [Fact]
    public void Messages_are_masked_visible_and_cut()
    {
        var text = "pull https://u:pw@r/\\u202e " + string.Concat(Enumerable.Repeat("x ", 200));
        var status = """{"containerStatuses":[{"name":"c","state":{"waiting":{"reason":"X","message":"TEXT"}}}]}""".Replace("TEXT", text,
            StringComparison.Ordinal);
        var message = Assert.Single(PodProblems.In([Pod("p", status)])).Message!;
        Assert.StartsWith("pull https://u:***@r/\\u202E x", message, StringComparison.Ordinal);
        Assert.Equal((240, '…'), (message.Length, message[120]));
    }

    [Fact]
    public void A_ReplicaSet_that_cannot_make_pods_is_told()
    {
        var set = Samples.Json("""
            {"metadata":{"name":"checkout-1","labels":{"pod-template-hash":"1"}},
             "status":{"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate","message":"exceeded quota: q"}]}}
            """);
        var expected = new PodProblem("checkout-1", null, "FailedCreate", "exceeded quota: q", 0, "1");
        Assert.Equal([expected], PodProblems.InReplicaSets([set]));
        Assert.True(expected.LooksTerminal);
        Assert.Empty(PodProblems.InReplicaSets([set], "2"));
        Assert.Empty(PodProblems.InReplicaSets(Samples.List(Recorded.ReplicaSets)));
    }

    private static JsonElement Pod(string name, string status, string metadata = "") =>
        Samples.Json($$"""{"metadata":{ {{metadata}} "name":"{{name}}"},"status":{{status}}}""");
}
