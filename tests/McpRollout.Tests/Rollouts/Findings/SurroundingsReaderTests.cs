using System.Text.Json;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Reading;
using McpRollout.Tests.Cluster;
using Moq;

namespace McpRollout.Tests.Rollouts.Findings;

public sealed class SurroundingsReaderTests
{
    private readonly Mock<IClusterReader> _cluster = new(MockBehavior.Strict);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_is_asked_for_at_the_same_time()
    {
        var answers = new TaskCompletionSource<ClusterAnswer<JsonElement>>();
        Answer();
        _cluster.Setup(cluster => cluster.GetMetadataAsync(ReferencedKind.Secret, "rollouts-lab", "db", It.IsAny<CancellationToken>()))
            .Returns(answers.Task);
        var (history, target) = Checkout();

        var reading = new WorkloadContextReader(_cluster.Object, TimeProvider.System).ReadAsync(history, target, Cancel);
        Assert.Equal(6, _cluster.Invocations.Count);
        answers.SetResult(RecordedSurroundings.Metadata());

        var facts = await reading;
        Assert.Equal("db", facts.Referred[Known.Db].Value.TextAt("metadata", "name"));
        Assert.Equal(3, facts.History.Pods.Count);
        Assert.Null(facts.Says(FindingKinds.NotChecked));
    }

    [Fact]
    public async Task What_does_not_come_in_time_is_told_as_not_checked()
    {
        Answer();
        _cluster.Setup(cluster => cluster.GetMetadataAsync(
                It.IsAny<ReferencedKind>(),
                It.IsAny<string>(),
                It.IsAny<string>(),
                It.IsAny<CancellationToken>()))
            .Returns(static async (ReferencedKind _, string _, string _, CancellationToken cancelled) =>
            {
                await Task.Delay(Timeout.Infinite, cancelled);
                return RecordedSurroundings.Metadata();
            });
        var clock = new ManualClock();
        var (history, target) = Checkout();

        var reading = new WorkloadContextReader(_cluster.Object, clock).ReadAsync(history, target, Cancel);
        await clock.TimerAsync(WorkloadContextReader.Patience);
        clock.Advance(WorkloadContextReader.Patience);

        Assert.StartsWith(
            "Not checked: missing-reference, missing-key, changed-since (Secret db): the cluster did not answer within 4 seconds. ",
            (await reading).Says(FindingKinds.NotChecked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_obeyed()
    {
        Answer();
        using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        _cluster.Setup(cluster => cluster.GetMetadataAsync(
                It.IsAny<ReferencedKind>(),
                It.IsAny<string>(),
                It.IsAny<string>(),
                It.IsAny<CancellationToken>()))
            .Returns(static async (ReferencedKind _, string _, string _, CancellationToken cancelled) =>
            {
                await Task.Delay(Timeout.Infinite, cancelled);
                return RecordedSurroundings.Metadata();
            });
        var (history, target) = Checkout();

        var reading = new WorkloadContextReader(_cluster.Object, TimeProvider.System).ReadAsync(history, target, givingUp.Token);
        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Of_hundreds_of_references_the_first_are_looked_at()
    {
        Answer();
        _cluster.Setup(cluster => cluster.GetMetadataAsync(
                It.IsAny<ReferencedKind>(),
                It.IsAny<string>(),
                It.IsAny<string>(),
                It.IsAny<CancellationToken>()))
            .ReturnsAsync(RecordedSurroundings.Metadata());
        var many = string.Join(", ", Enumerable.Range(1, 300).Select(number => $"{{\"secretRef\": {{\"name\": \"s{number}\"}}}}"));
        var facts = Known.Deployment(("\"name\": \"app\",", $"\"name\": \"app\", \"envFrom\": [{many}],"));

        var read = await new WorkloadContextReader(_cluster.Object, TimeProvider.System).ReadAsync(facts.History, facts.Target, Cancel);

        Assert.Equal(WorkloadContextReader.ReferredAtMost,
            _cluster.Invocations.Count(asked => asked.Method.Name == nameof(IClusterReader.GetMetadataAsync)));
        Assert.Contains("and 253 more): only 40 objects are looked at. ", read.Says(FindingKinds.NotChecked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_are_never_asked_for()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Json(200, """{"kind":"PartialObjectMetadata","items":[]}"""));
        var (history, target) = Checkout();

        await new WorkloadContextReader(server.Client(), TimeProvider.System).ReadAsync(history, target, Cancel);

        var asked = Assert.Single(server.Requests, request => request.Target.Contains("secrets", StringComparison.Ordinal));
        Assert.Equal("/api/v1/namespaces/rollouts-lab/secrets/db", asked.Target);
        Assert.Equal("application/json; as=PartialObjectMetadata; g=meta.k8s.io; v=v1", asked.Headers["Accept"]);
    }

    private static (RevisionHistory History, Revision Target) Checkout()
    {
        var facts = Known.Deployment();
        return (facts.History, facts.Target);
    }

    private void Answer()
    {
        ClusterAnswer<IReadOnlyList<JsonElement>> none = Array.Empty<JsonElement>();
        _cluster.Setup(cluster => cluster.ListNamespacePoliciesAsync(
            It.IsAny<NamespacePolicyKind>(),
            "rollouts-lab",
            It.IsAny<CancellationToken>())).ReturnsAsync(none);
        _cluster.Setup(cluster => cluster.ListEventsAsync("rollouts-lab", "Pod", It.IsAny<CancellationToken>())).ReturnsAsync(none);
        ClusterAnswer<IReadOnlyList<JsonElement>> pods = Samples.List(Recorded.DeploymentPods).ToArray();
        _cluster.Setup(cluster => cluster.ListPodsAsync(
            "rollouts-lab",
            It.IsAny<string>(),
            It.IsAny<Freshness>(),
            It.IsAny<CancellationToken>())).ReturnsAsync(pods);
    }
}
