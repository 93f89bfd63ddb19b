using System.Text.Json;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Reading;
using McpRollout.Rollouts.Status;
using Moq;

namespace McpRollout.Tests.Rollouts;

public sealed class WorkloadReaderTests
{
    private static readonly WorkloadRef Checkout = new(ResourceType.Deployment, "rollouts-lab", "checkout");
    private static readonly WorkloadRef Db = new(ResourceType.StatefulSet, "rollouts-lab", "db");

    private readonly Mock<IClusterReader> _cluster = new(MockBehavior.Strict);

    [Fact]
    public async Task A_Deployments_history_takes_two_requests()
    {
        Answer(Checkout, Samples.Json(Recorded.Deployment));
        AnswerReplicaSets(Samples.List(Recorded.ReplicaSets));

        var history = await Reader.ReadHistoryAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken);

        Assert.Equal(2, history.Value?.Revisions.Count);
        Assert.Equal(2, _cluster.Invocations.Count);
    }

    [Fact]
    public async Task A_StatefulSets_revisions_and_pods_are_asked_for_at_the_same_time()
    {
        var revisions = new TaskCompletionSource<ClusterAnswer<IReadOnlyList<JsonElement>>>();
        Answer(Db, Samples.Json(Recorded.StatefulSet));
        _cluster.Setup(cluster => cluster.ListControllerRevisionsAsync(
                "rollouts-lab",
                "app=db",
                Freshness.Cached,
                It.IsAny<CancellationToken>()))
            .Returns(revisions.Task);
        AnswerPods(Success(Samples.List(Recorded.StatefulSetPods)));

        var reading = Reader.ReadHistoryAsync(Db, Freshness.Cached, TestContext.Current.CancellationToken);
        Assert.Equal(3, _cluster.Invocations.Count);
        revisions.SetResult(Success(Samples.List(Recorded.StatefulSetRevisions)));

        Assert.Equal(0, (await reading).Value?.Current?.ReadyReplicas);
    }

    [Fact]
    public async Task A_Deployments_revisions_and_pods_are_asked_for_at_the_same_time_for_evidence()
    {
        var pods = new TaskCompletionSource<ClusterAnswer<IReadOnlyList<JsonElement>>>();
        Answer(Checkout, Samples.Json(Recorded.Deployment));
        AnswerReplicaSets(Samples.List(Recorded.ReplicaSets));
        _cluster
            .Setup(cluster => cluster.ListPodsAsync("rollouts-lab", It.IsAny<string>(), Freshness.Cached, It.IsAny<CancellationToken>()))
            .Returns(pods.Task);

        var reading = Reader.ReadHistoryWithPodsAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken);
        Assert.Equal(3, _cluster.Invocations.Count);
        pods.SetResult(Success(Samples.List(Recorded.DeploymentPods)));

        Assert.True((await reading).Value is { ArePodsKnown: true, Pods.Count: 3 });
    }

    [Fact]
    public async Task Where_pods_may_not_be_read_the_history_is_there_and_says_so()
    {
        Answer(Db, Samples.Json(Recorded.StatefulSet));
        _cluster.Setup(cluster => cluster.ListControllerRevisionsAsync(
                "rollouts-lab",
                "app=db",
                Freshness.Cached,
                It.IsAny<CancellationToken>()))
            .ReturnsAsync(Success(Samples.List(Recorded.StatefulSetRevisions)));
        AnswerPods(new ClusterFailure(ClusterFailureKind.Forbidden, "no"));

        var history = (await Reader.ReadHistoryWithPodsAsync(Db, Freshness.Cached, TestContext.Current.CancellationToken)).Value!;

        Assert.True(history is { ArePodsKnown: false, Revisions.Count: 2, Current.Replicas: null });
    }

    [Fact]
    public async Task The_status_tells_what_holds_the_rollout_up()
    {
        Answer(Checkout, Samples.Json(Recorded.Deployment));
        AnswerReplicaSets(Samples.List(Recorded.ReplicaSets));
        AnswerPods(Success(Samples.List(Recorded.DeploymentPods)));

        var snapshot = (await Reader.ReadStatusAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken)).Value!;

        Assert.Equal((2, RolloutState.Progressing), (snapshot.CurrentRevision, snapshot.Status.State));
        Assert.Equal("CrashLoopBackOff", Assert.Single(snapshot.Problems).Reason);
        Assert.Equal(snapshot.Problems, snapshot.CurrentProblems);
    }

    [Fact]
    public async Task Each_failure_is_handed_on()
    {
        var gone = new ClusterFailure(ClusterFailureKind.NotFound, "gone");
        Answer(Checkout, gone);
        Assert.Same(gone, (await Reader.ReadHistoryAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken)).Failure);
        Assert.Same(gone, (await Reader.ReadStatusAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken)).Failure);

        Answer(Checkout, Samples.Json(Recorded.Deployment));
        AnswerReplicaSets(Samples.List("[]"));
        AnswerPods(gone);
        Assert.False((await Reader.ReadStatusAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken)).Value!.History
            .ArePodsKnown);
        Assert.Same(gone, (await Reader.ReadRolloutAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken)).Failure);
    }

    [Fact]
    public async Task What_is_no_workload_is_a_failure()
    {
        Answer(Checkout, Samples.Json("{}"));
        var answer = await Reader.ReadHistoryAsync(Checkout, Freshness.Cached, TestContext.Current.CancellationToken);
        Assert.Equal(ClusterFailureKind.Unexpected, answer.Failure?.Kind);
    }

    private WorkloadReader Reader => new(_cluster.Object);

    private void Answer(WorkloadRef workload, ClusterAnswer<JsonElement> answer) =>
        _cluster.Setup(cluster => cluster.GetWorkloadAsync(workload, Freshness.Cached, It.IsAny<CancellationToken>())).ReturnsAsync(answer);

    private void AnswerReplicaSets(IReadOnlyList<JsonElement> sets) => _cluster
        .Setup(cluster => cluster.ListReplicaSetsAsync(
            "rollouts-lab",
            "app=checkout,tier in (api,web)",
            Freshness.Cached,
            It.IsAny<CancellationToken>()))
        .ReturnsAsync(Success(sets));

    private void AnswerPods(ClusterAnswer<IReadOnlyList<JsonElement>> pods) => _cluster
        .Setup(cluster => cluster.ListPodsAsync("rollouts-lab", It.IsAny<string>(), Freshness.Cached, It.IsAny<CancellationToken>()))
        .ReturnsAsync(pods);

    // The conversion is not defined from an interface, so it is made where the type is open.
    private static ClusterAnswer<T> Success<T>(T value) => value;
}
