using System.Text.Json;
using McpRollout.Processes;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Tests.Executor;

/// <summary>What the fence rests on, of a cluster itself: for each kind, with annotations and without any.</summary>
public abstract class FenceRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    private protected abstract IEnumerable<ResourceType> Types { get; }

    [Fact]
    public async Task AfterTheFenceAnEarlierPatchIsRefusedForGoodAndNothingElseIsChanged()
    {
        await using var cluster = await StartClusterAsync();
        await using var services = new Whereabouts(null, null, "", cluster.Kubeconfig, cluster.Context, cluster.Namespace, "").Compose()
            .BuildServiceProvider();
        var (reader, writer) = (services.GetRequiredService<IClusterReader>(), services.GetRequiredService<IClusterWriter>());
        foreach (var type in Types)
        {
            foreach (var isAnnotated in new[] { true, false })
            {
                var workload = await MakeAsync(cluster, reader, type, isAnnotated);
                var target = JsonDocument.Parse(
                    workload.Template.GetRawText().Replace("app:1", "app:2", StringComparison.Ordinal)).RootElement;
                var patch = UndoPatch.Build(workload, target, [new(UndoAnnotations.RequestId, "undo-1")], isPinned: true);

                var revisions = await RevisionsAsync(cluster, workload);
                Assert.NotEmpty(revisions);
                var other = await writer.FenceWorkloadAsync(
                    workload.Ref, UndoPatch.Fence(Guid.NewGuid().ToString(), "undo-1/2"), Cancelled);
                Assert.Equal(ClusterFailureKind.Invalid, other.Failure?.Kind);
                var fenced = Workload.From(type, (await writer.FenceWorkloadAsync(
                    workload.Ref, UndoPatch.Fence(workload.Uid, "undo-1/2"), Cancelled)).Value);
                Assert.Equal("undo-1/2", fenced.Annotations[UndoAnnotations.Fence]);
                await SettledAsync(reader, type, workload.Ref);
                Assert.Equal(revisions, await RevisionsAsync(cluster, workload));

                // An annotation that is taken away again brings no resourceVersion back.
                await cluster.KubectlAsync($"annotate {type.ToName()} {workload.Ref.Name} {UndoAnnotations.Fence}-");
                var refused = (await writer.PatchWorkloadAsync(workload.Ref, patch, Cancelled)).Failure;
                Assert.Equal((422, "Invalid", false), (refused?.StatusCode, refused?.Reason, refused?.HasDetails));

                var now = Workload.From(type, (await reader.GetWorkloadAsync(workload.Ref, Freshness.Latest, Cancelled)).Value);
                Assert.Equal(workload.TemplateDigest, now.TemplateDigest);
                if (type != ResourceType.Deployment)
                    Assert.Equal(workload.Generation, now.Generation);
                Assert.True((await writer.PatchWorkloadAsync(
                    workload.Ref, UndoPatch.Build(now, target, [], isPinned: false), Cancelled)).Succeeded);

                // Its controller has seen the fence by then, also where no generation tells of it.
                await SettledAsync(reader, type, workload.Ref);
                Assert.Equal(revisions.Count + 1, (await RevisionsAsync(cluster, workload)).Count);
            }
        }
    }

    private static async Task<Workload> MakeAsync(ClusterUnderTest cluster, IClusterReader reader, ResourceType type, bool isAnnotated)
    {
        var name = isAnnotated ? "annotated" : "bare";
        await cluster.KubectlAsync("create -f -", $$"""
            apiVersion: {{type.ToApiVersion()}}
            kind: {{type.ToKind()}}
            metadata:
              name: {{name}}
              {{(isAnnotated ? "annotations: {team: shop}" : "labels: {team: shop}")}}
            spec:
              selector:
                matchLabels: {app: {{name}}-{{type.ToName()}}}
              {{Own(type)}}
              template:
                metadata:
                  labels: {app: {{name}}-{{type.ToName()}}}
                spec:
                  containers:
                  - {name: app, image: "app:1"}
            """);
        return await SettledAsync(reader, type, new WorkloadRef(type, cluster.Namespace, name));
    }

    private static async Task<Workload> SettledAsync(IClusterReader reader, ResourceType type, WorkloadRef workload)
    {
        while (true)
        {
            var read = Workload.From(type, (await reader.GetWorkloadAsync(workload, Freshness.Latest, Cancelled)).Value);
            if (RolloutIsOver(read))
                return read;
        }
    }

    // ReplicaSets and ControllerRevisions have the labels of the pods that they are for.
    private static async Task<IReadOnlyList<string>> RevisionsAsync(ClusterUnderTest cluster, Workload workload) =>
    [
        .. (await cluster.KubectlAsync(
            $"get replicasets,controllerrevisions --selector=app={workload.Ref.Name}-{workload.Type.ToName()} --output=name"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
    ];

    private static string Own(ResourceType type) => type switch
    {
        ResourceType.StatefulSet => "serviceName: web",
        ResourceType.Rollout => "strategy: {canary: {}}",
        _ => "minReadySeconds: 0",
    };

    private static bool RolloutIsOver(Workload workload) =>
        RolloutStatus.Judge(workload).State == RolloutState.Complete;
}

public sealed class FenceOnThePracticeCluster : FenceRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();

    private protected override IEnumerable<ResourceType> Types => ResourceTypes.Workloads;
}

public sealed class FenceOnARealControlPlane : FenceRules
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();

    // Argo Rollouts is not installed there.
    private protected override IEnumerable<ResourceType> Types => ResourceTypes.Workloads.Where(type => type.ToGroup() == "apps");
}
