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

    /// <summary>A pod is killed when its time to end is over, and gone when its node says so.</summary>
    [Theory]
    [InlineData(20, 0)]
    [InlineData(40, 1)]
    public void A_pod_that_was_to_be_gone_a_moment_ago_is_on_its_way(int seconds, int problems)
    {
        var pod = Pod("""{"phase":"Running"}""", metadata: $",\"deletionTimestamp\":\"{Now.AddSeconds(-seconds):yyyy-MM-ddTHH:mm:ssZ}\" ");
        Assert.Equal(problems, Stuck(pod).Explained([], Now).CurrentProblems.Count);
    }

    [Fact]
    public void What_only_an_Event_on_the_workload_tells_is_told()
    {
        var snapshot = Stuck().Explained([Event("uid-1", "FailedCreate", "create Pod failed: exceeded quota: small", "01:00:10")], Now);
        Assert.Equal("create Pod failed: exceeded quota: small", Assert.Single(snapshot.CurrentProblems).Message);
        Assert.Equal("pods cannot be made", Stall.Headline(snapshot));
    }

    [Theory]
    [InlineData("00:59:59", null)]
    [InlineData("01:00:00", "pods cannot be made")]
    public void An_Event_on_the_workload_from_before_the_current_revision_holds_nothing_up(string seen, string? headline)
    {
        var snapshot = Stuck().Explained([Event("uid-1", "FailedCreate", "exceeded quota: small", seen)], Now);
        Assert.Equal(headline, Stall.Headline(snapshot));
        Assert.Equal(headline is null ? 0 : 1, snapshot.CurrentProblems.Count);
    }

    [Fact]
    public void Where_the_start_of_the_revision_is_not_known_an_Event_is_told_with_its_time_and_not_in_the_headline()
    {
        var unknown = Stuck([], numbers: ""","deployment.kubernetes.io/revision-history":"1" """);
        var told = unknown.Explained([Event("uid-1", "FailedCreate", "exceeded quota: small", "01:00:10")], Now);
        Assert.Equal("last seen 2026-11-22 01:00:10Z, perhaps overcome since; exceeded quota: small",
            Assert.Single(told.CurrentProblems).Message);
        Assert.Null(Stall.Headline(told));
        Assert.Empty(unknown.Explained([Event("uid-1", "FailedCreate", "exceeded quota: small", "00:59:59")], Now).CurrentProblems);
    }

    [Fact]
    public void When_an_undo_was_sent_is_when_its_revision_began()
    {
        var renumbered = Stuck([], numbers: ""","deployment.kubernetes.io/revision-history":"1" """);
        JsonElement[] events = [Event("uid-1", "FailedCreate", "exceeded quota: small", "01:00:10")];
        Assert.Equal("pods cannot be made", Stall.Headline(renumbered.Explained(events, Now, since: Now.AddSeconds(-38.5))));
        Assert.Empty(renumbered.Explained(events, Now, since: Now.AddSeconds(-38)).CurrentProblems);
    }

    [Fact]
    public void A_pod_that_was_made_since_shows_that_pods_can_be_made_again()
    {
        var pod = Pod("""{"phase":"Running"}""", metadata: ""","creationTimestamp":"2026-11-22T01:00:11Z" """);
        var snapshot = Stuck(pod).Explained([Event("uid-1", "FailedCreate", "exceeded quota: small", "01:00:10")], Now);
        Assert.StartsWith("last seen 2026-11-22 01:00:10Z", Assert.Single(snapshot.CurrentProblems).Message, StringComparison.Ordinal);
        Assert.Null(Stall.Headline(snapshot));
        Assert.Equal("pods cannot be made",
            Stall.Headline(Stuck(pod).Explained([Event("uid-1", "FailedCreate", "exceeded quota: small", "01:00:11")], Now)));
    }

    [Fact]
    public void Before_there_is_a_revision_the_workload_itself_is_what_began()
    {
        var workload = Workload.From(ResourceType.Deployment, Samples.Json(Recorded.Deployment
            .Replace("{\"deployment.kubernetes.io/revision\": \"2\"}", "{}", StringComparison.Ordinal)));
        var snapshot = RolloutSnapshot.Of(RevisionHistory.From(workload, [], []))
            .Explained([Event(workload.Uid, "ReplicaSetCreateError", "exceeded quota: small", "00:22:07")], Now);
        Assert.Equal("pods cannot be made", Stall.Headline(snapshot));
    }

    [Theory]
    [InlineData("uid-1", "RecreatingFailedPod")]
    [InlineData("pod-1", "DNSConfigForming")]
    [InlineData("pod-1", "FailedToRetrieveImagePullSecret")]
    public void Warnings_of_what_goes_on_regardless_hold_nothing_up(string uid, string reason) => Assert.Empty(
        Stuck(Pod("""{"phase":"Pending"}""")).Explained([Event(uid, reason, "all the same", "01:00:10")], Now).CurrentProblems);

    [Fact]
    public void What_is_wrong_with_the_workload_is_not_said_of_a_pod() => Assert.Equal("the rollout is held up (FailedUpdate)",
        Stall.Headline(Stuck().Explained([Event("uid-1", "FailedUpdate", "the claim cannot be changed", "01:00:10")], Now)));

    [Theory]
    [InlineData("Recreate", "1 pod of revision 1 will not go away")]
    [InlineData("RollingUpdate", null)]
    public void An_old_pod_that_will_not_go_away_holds_up_what_waits_for_it(string strategy, string? headline)
    {
        var old = Samples.Json("""
            {"metadata":{"name":"web-1-old","uid":"old","labels":{"pod-template-hash":"h1"},"deletionTimestamp":"2026-11-22T00:30:00Z",
              "ownerReferences":[{"uid":"rs-1","controller":true}]},"status":{"phase":"Running"} }
            """);
        var snapshot = Stuck([old], $"\"strategy\":{{\"type\":\"{strategy}\"}},").Explained([], Now);
        Assert.Equal(("web-1-old", "Terminating"), (Assert.Single(snapshot.CurrentProblems).Pod, snapshot.CurrentProblems[0].Reason));
        Assert.Equal(headline, Stall.Headline(snapshot));
    }

    [Fact]
    public void A_StatefulSet_tells_what_holds_it_up_long_before_a_deadline()
    {
        const string Crashing = """{"message": "back-off: shop/pg:crash-15", "reason": "CrashLoopBackOff"}""";
        var pods = Recorded.StatefulSetPods.Replace(Crashing, """{"reason": "ContainerCreating"}""", StringComparison.Ordinal);
        var history = RevisionHistory.From(
            Samples.StatefulSet(), Samples.List(Recorded.StatefulSetRevisions), Samples.List(pods));
        var snapshot = RolloutSnapshot.Of(history);
        Assert.Null(Stall.Headline(snapshot));
        Assert.Equal("1 pod of revision 2 is held up (NetworkNotReady)", Stall.Headline(snapshot.Explained(
            [Event("27ff9666-dc04-45ac-a1e7-fd41510c1890", "NetworkNotReady", "network is not ready", "01:00:10")], Now)));
        Assert.Equal("pods cannot be made", Stall.Headline(snapshot.Explained(
            [Event(history.Workload.Uid, "FailedCreate", "exceeded quota: small", "01:00:10")], Now)));
    }

    [Fact]
    public void A_DaemonSet_tells_what_holds_it_up_long_before_a_deadline()
    {
        var pods = Recorded.DaemonSetPods.Replace("54875d458c", "689fb5cd59", StringComparison.Ordinal).Replace(
            "\"creationTimestamp\": \"2026-11-22T00:40:50Z\"", "\"deletionTimestamp\": \"2026-11-22T00:41:30Z\"", StringComparison.Ordinal);
        var snapshot = RolloutSnapshot.Of(RevisionHistory.From(
            Samples.DaemonSet(), Samples.List(Recorded.DaemonSetRevisions), Samples.List(pods)));
        Assert.Null(Stall.Headline(snapshot));
        Assert.Equal("1 pod of revision 1 will not go away", Stall.Headline(snapshot.Explained([], Now)));
    }

    [Fact]
    public void An_init_container_that_takes_its_time_is_in_the_headline() => Assert.Equal(
        "1 pod of revision 2 waits for an init container",
        Stall.Headline(Stuck(Pod("""
            {"phase":"Pending","initContainerStatuses":[{"name":"wait","state":{"running":{"startedAt":"2026-11-22T00:59:40Z"} }}]}
            """)).Explained([], Now)));

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
    public void What_is_said_together_is_said_in_sentences()
    {
        const string Late = "deployment \"web\" exceeded its progress deadline";
        static RolloutSnapshot IsLate(RolloutSnapshot snapshot) => snapshot with { Status = snapshot.Status with { Message = Late } };
        var evicted = Pod("""{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory."}""");
        Assert.Equal($"{Late}. 1 pod failed as a whole and was replaced (Evicted): it holds nothing up.", IsLate(Stuck(evicted)).Words);
        Assert.Equal(Late, IsLate(Stuck()).Words);
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
    private static RolloutSnapshot Stuck(params JsonElement[] pods) => Stuck(pods, "");

    private static RolloutSnapshot Stuck(JsonElement[] pods, string spec = "", string numbers = "")
    {
        const string Template = """{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"app","image":"app:2"}]} }""";
        var workload = Workload.From(ResourceType.Deployment, Samples.Json($$$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"uid-1","generation":1,"annotations":{"deployment.kubernetes.io/revision":"2"} },
             "spec":{{{{spec}}}"replicas":2,"selector":{"matchLabels":{"app":"web"} },"template":{{{Template}}} },
             "status":{"observedGeneration":1,"replicas":2,"updatedReplicas":1} }
            """));
        return RolloutSnapshot.Of(RevisionHistory.From(workload, [Set(2, numbers), Set(1)], pods));

        static JsonElement Set(int number, string numbers = "") => Samples.Json($$$"""
            {"metadata":{"name":"web-{{{number}}}","namespace":"shop","uid":"rs-{{{number}}}","labels":{"pod-template-hash":"h{{{number}}}"},
              "creationTimestamp":"2026-11-22T0{{{number - 1}}}:00:00Z","ownerReferences":[{"uid":"uid-1","controller":true}],
              "annotations":{"deployment.kubernetes.io/revision":"{{{number}}}"{{{numbers}}} } },
             "spec":{"template":{{{Template}}} } }
            """);
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
