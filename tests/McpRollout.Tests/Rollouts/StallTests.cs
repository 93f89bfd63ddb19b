using System.Text.Json;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

/// <summary>What stalls, whatever it is: told by pods, by Events alone, or by the clock.</summary>
public sealed class StallTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 1, 0, 49, TimeSpan.Zero);

    [Theory]
    [InlineData("FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data]",
        "1 pod of revision 2 waits for a volume that cannot be mounted")]
    [InlineData("FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\"",
        "1 pod of revision 2 waits for a volume that cannot be mounted")]
    [InlineData("FailedCreatePodSandBox", "failed to set up the network", "1 pod of revision 2 is held up (FailedCreatePodSandBox)")]
    public void A_pod_that_says_nothing_is_explained_by_its_latest_Event(string reason, string message, string headline)
    {
        var pod = Pod("""{"phase":"Pending","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"ContainerCreating"} }}]}""");
        var snapshot = Stuck(pod).Explained(
            [Event("pod-1", reason, message, "01:00:10"), Event("pod-1", "Older", "something else", "00:59:00")], Now);

        var problem = Assert.Single(snapshot.CurrentProblems);
        Assert.Equal((reason, message), (problem.Reason, problem.Message));
        Assert.Equal(headline, Stall.Headline(snapshot));
    }

    [Fact]
    public void What_a_pod_says_itself_is_not_said_again_by_its_Events()
    {
        var pod = Pod("""{"phase":"Pending","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"ImagePullBackOff"} }}]}""");
        var snapshot = Stuck(pod).Explained([Event("pod-1", "Failed", "Error: ImagePullBackOff", "01:00:10")], Now);
        Assert.Equal("ImagePullBackOff", Assert.Single(snapshot.CurrentProblems).Reason);
        Assert.Equal("1 pod of revision 2 cannot have its image", Stall.Headline(snapshot));
    }

    [Theory]
    [InlineData("00:59:40", true)]
    [InlineData("01:00:10", false)]
    public void An_init_container_that_takes_its_time_is_named_with_since_when(string started, bool isTold)
    {
        var pod = Pod($$$"""
            {"phase":"Pending","initContainerStatuses":[{"name":"wait-for-db","state":{"running":{"startedAt":"2026-11-22T{{{started}}}Z"} }}]}
            """);
        var problems = Stuck(pod).Explained([], Now).CurrentProblems;
        if (isTold)
            Assert.Equal(("wait-for-db", "running since 2026-11-22 00:59:40Z; the other containers wait for it to end"),
                (Assert.Single(problems).Container, problems[0].Message));
        else
            Assert.Empty(problems);
    }

    [Fact]
    public void A_sidecar_whose_start_is_waited_for_is_named()
    {
        var pod = Pod("""
            {"phase":"Pending","initContainerStatuses":[{"name":"proxy","started":false,"state":{"running":{"startedAt":"2026-11-22T00:59:40Z"} }}]}
            """, ""","spec":{"initContainers":[{"name":"proxy","restartPolicy":"Always"}]}""");
        var problem = Assert.Single(Stuck(pod).CurrentProblems);
        Assert.Equal(("proxy", "NotStarted", "running since 2026-11-22 00:59:40Z, but its startup probe has not succeeded"),
            (problem.Container, problem.Reason, problem.Message));
    }

    [Fact]
    public void A_pod_that_will_not_go_away_is_told()
    {
        var pod = Pod("""{"phase":"Running"}""", metadata: ""","deletionTimestamp":"2026-11-22T00:30:00Z" """);
        var problem = Assert.Single(Stuck(pod).Explained([], Now).CurrentProblems);
        Assert.Equal(("Terminating", "it should have been gone since 2026-11-22 00:30:00Z: its node does not say that it is"),
            (problem.Reason, problem.Message));
    }

    [Fact]
    public void What_only_an_Event_on_the_workload_tells_is_told()
    {
        var snapshot = Stuck().Explained([Event("uid-1", "FailedCreate", "create Pod failed: exceeded quota: small", "01:00:10")], Now);
        Assert.Equal("create Pod failed: exceeded quota: small", Assert.Single(snapshot.CurrentProblems).Message);
        Assert.Equal("pods cannot be made", Stall.Headline(snapshot));
    }

    [Fact]
    public void An_evicted_pod_that_was_replaced_holds_nothing_up()
    {
        var evicted = Pod("""{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory."}""");
        Assert.Empty(Stuck(evicted).Explained([Event("pod-1", "Evicted", "low on memory", "01:00:10")], Now).CurrentProblems);
        Assert.Equal("1 pod failed as a whole and was replaced (Evicted): it holds nothing up.",
            ReplacedPods.Sentence(Stuck(evicted).History));
        Assert.Null(ReplacedPods.Sentence(Stuck().History));
    }

    [Fact]
    public void Several_pods_are_counted()
    {
        const string Crashing = """{"phase":"Running","containerStatuses":[{"name":"app","state":{"waiting":{"reason":"CrashLoopBackOff"} }}]}""";
        Assert.Equal("2 pods of revision 2 crash-loop", Stall.Headline(Stuck(Pod(Crashing), Pod(Crashing, uid: "pod-2"))));
    }

    [Fact]
    public void An_Event_of_the_same_second_counts()
    {
        var pods = new[] { Pod("{}") };
        var events = new[] { Event("pod-1", "BackOff", "restarting", "01:00:49") };
        Assert.Single(WarningEvent.About(pods, events, Now.AddMilliseconds(900)));
        Assert.Empty(WarningEvent.About(pods, events, Now.AddSeconds(1)));
    }

    // A Deployment whose revision 2 does not come up.
    private static RolloutSnapshot Stuck(params JsonElement[] pods)
    {
        const string Template = """{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"app","image":"app:2"}]} }""";
        var workload = Workload.From(ResourceType.Deployment, Samples.Json($$$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"uid-1","generation":1,"annotations":{"deployment.kubernetes.io/revision":"2"} },
             "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"} },"template":{{{Template}}} },
             "status":{"observedGeneration":1,"replicas":2,"updatedReplicas":1} }
            """));
        var set = Samples.Json($$$"""
            {"metadata":{"name":"web-2","namespace":"shop","uid":"rs-2","labels":{"pod-template-hash":"h2"},
              "annotations":{"deployment.kubernetes.io/revision":"2"},"ownerReferences":[{"uid":"uid-1","controller":true}]},
             "spec":{"template":{{{Template}}} } }
            """);
        return RolloutSnapshot.Of(RevisionHistory.From(workload, [set], pods));
    }

    private static JsonElement Pod(string status, string spec = "", string metadata = "", string uid = "pod-1") => Samples.Json($$$"""
        {"metadata":{"name":"web-2-{{{uid}}}","uid":"{{{uid}}}","labels":{"pod-template-hash":"h2"},
          "ownerReferences":[{"uid":"rs-2","controller":true}]{{{metadata}}} },"status":{{{status}}}{{{spec}}} }
        """);

    private static JsonElement Event(string uid, string reason, string message, string time) => Samples.Json($$$"""
        {"type":"Warning","reason":"{{{reason}}}","message":{{{JsonSerializer.Serialize(message)}}},"involvedObject":{"uid":"{{{uid}}}"},
         "lastTimestamp":"2026-11-22T{{{time}}}Z"}
        """);
}
