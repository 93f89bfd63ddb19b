using System.Text.Json;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Tests.Person.Page;

/// <summary>A cluster in which every Deployment is in the same incident: revision 7 crashes, revision 4 was good.</summary>
internal sealed class IncidentCluster : IClusterReader
{
    public static readonly ClusterIdentity Identity = new("prod-eu-1", "https://10.40.0.1:6443");

    /// <summary>What the workload's template is now; revision 7's unless somebody has changed it.</summary>
    public int CurrentRevision { get; set; } = 7;

    /// <summary>Whether the ConfigMap that the revisions read is there.</summary>
    public bool HasFlags { get; set; } = true;

    /// <summary>What answers instead of the cluster, if anything does.</summary>
    public ClusterFailure? Failure { get; set; }

    /// <summary>Whoever keeps the workloads as a repository says, if anybody does.</summary>
    public JsonElement? Owner { get; set; }

    /// <summary>The name of the owner of which it says nothing.</summary>
    public string? UnreadOwner { get; set; }

    /// <summary>What each answer waits for.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>Which cluster this instance is connected to.</summary>
    public ClusterIdentity ConnectedTo { get; set; } = Identity;

    /// <summary>Warnings of the namespace.</summary>
    public IReadOnlyList<JsonElement> Events { get; set; } = [];

    public static JsonElement Deployment(WorkloadRef workload, int template) => JsonElement.Parse(
        $$$"""
        {"kind":"Deployment","metadata":{"name":"{{{workload.Name}}}","namespace":"{{{workload.Namespace}}}","uid":"{{{Uid(workload)}}}","generation":9,
          "annotations":{"deployment.kubernetes.io/revision":"7"}},
         "spec":{"replicas":6,"selector":{"matchLabels":{"app":"{{{workload.Name}}}"}},"template":{{{Template(template)}}} },
         "status":{"observedGeneration":9,"replicas":8,"updatedReplicas":3,"readyReplicas":5,"availableReplicas":5,
          "conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]}}
        """);

    public static IReadOnlyList<JsonElement> ReplicaSets(WorkloadRef workload) =>
        [.. new[] { 7, 6, 5, 4 }.Select(revision => JsonElement.Parse(
            $$$"""
            {"kind":"ReplicaSet","metadata":{"name":"{{{workload.Name}}}-r{{{revision}}}","namespace":"{{{workload.Namespace}}}","uid":"rs-{{{revision}}}",
              "labels":{"pod-template-hash":"r{{{revision}}}"},"annotations":{"deployment.kubernetes.io/revision":"{{{revision}}}"},
              "ownerReferences":[{"uid":"{{{Uid(workload)}}}","controller":true}]},
             "spec":{"template":{{{Template(revision)}}} },"status":{"replicas":{{{(revision == 7 ? 3 : 0)}}}}}
            """))];

    public static RevisionHistory History(WorkloadRef workload) =>
        RevisionHistory.From(Workload.From(workload.Type, Deployment(workload, 7)), ReplicaSets(workload));

    public ValueTask<ClusterAnswer<ClusterIdentity>> IdentifyAsync(CancellationToken cancellationToken) => new(ConnectedTo);

    public Task<ClusterAnswer<JsonElement>> GetWorkloadAsync(
        WorkloadRef workload,
        Freshness freshness,
        CancellationToken cancellationToken) =>
        Answer(() => Deployment(workload, CurrentRevision), cancellationToken);

    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListReplicaSetsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken) =>
        Answer(() => ReplicaSets(new WorkloadRef(ResourceType.Deployment, @namespace, labelSelector.Split('=')[^1])), cancellationToken);

    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListPodsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<JsonElement>>(
            () =>
            {
                var workload = new WorkloadRef(ResourceType.Deployment, @namespace, labelSelector.Split('=')[^1]);
                return [.. new[] { "6xk2p", "q9d4w", "t7mzn" }.Select(name => CrashingPod(workload, name))];
            },
            cancellationToken);

    public Task<ClusterAnswer<bool>> ServesRolloutsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SameName>> FindSameNamesAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SameName>>([]);

    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListWorkloadsAsync(
        ResourceType type, string @namespace, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListControllerRevisionsAsync(
        string @namespace,
        string labelSelector,
        Freshness freshness,
        CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<ClusterAnswer<JsonElement?>> WatchWorkloadAsync(
        WorkloadRef workload, string resourceVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ClusterAnswer<JsonElement>> GetMetadataAsync(
        ReferencedKind kind,
        string @namespace,
        string name,
        CancellationToken cancellationToken) => HasFlags
        ? Answer(
            () => JsonElement.Parse("""{"metadata":{"name":"checkout-flags","creationTimestamp":"2026-01-01T00:00:00Z"}}"""),
            cancellationToken)
        : Task.FromResult<ClusterAnswer<JsonElement>>(new ClusterFailure(ClusterFailureKind.NotFound, $"{name} not found"));

    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListNamespacePoliciesAsync(
        NamespacePolicyKind kind,
        string @namespace,
        CancellationToken cancellationToken) => Answer<IReadOnlyList<JsonElement>>(() => [], cancellationToken);

    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListEventsAsync(
        string @namespace,
        string involvedKind,
        CancellationToken cancellationToken) => Answer<IReadOnlyList<JsonElement>>(
        () => [.. Events.Where(each => each.GetProperty("involvedObject").GetProperty("kind").GetString() == involvedKind)],
        cancellationToken);

    public Task<ClusterAnswer<AccessVerdict>> MayDeletePodsAsync(string @namespace, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ClusterAnswer<AccessVerdict>> MayPatchAsync(WorkloadRef workload, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ClusterAnswer<JsonElement>> GetOwnerAsync(OwnerRef owner, CancellationToken cancellationToken) =>
        Task.FromResult<ClusterAnswer<JsonElement>>(
            owner.Name == UnreadOwner ? new ClusterFailure(ClusterFailureKind.Unreachable, "No answer.")
            : Owner is { } known ? known : new ClusterFailure(ClusterFailureKind.NotFound, $"There is no {owner}."));

    public Task<ClusterAnswer<JsonElement>> GetGitRepositoryAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        Task.FromResult<ClusterAnswer<JsonElement>>(new ClusterFailure(ClusterFailureKind.NotFound, $"There is no {name}."));

    public Task<ClusterAnswer<AccessVerdict>> MayPatchOwnerAsync(OwnerRef owner, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ClusterAnswer<JsonElement>> DryRunOwnerAsync(
        OwnerRef owner, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ClusterAnswer<JsonElement>> DryRunAsync(
        WorkloadRef workload, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static string Uid(WorkloadRef workload) => $"uid-{workload.Name}";

    // What the last release broke came with revision 7; 5 and 6 only had new images.
    private static string Template(int revision) =>
        $$$"""
        {"metadata":{"labels":{"app":"checkout"} },"spec":{"containers":[{"name":"checkout","image":"registry.example/shop/checkout:2.{{{revision}}}.0",
          "env":[{"name":"{{{(revision < 7 ? "PAYMENT_URL" : "PAYMENT_GATEWAY_URL")}}}","value":"https://pay.example"},{"name":"LOG_LEVEL","value":"v{{{revision}}}"}],
          "envFrom":[{"configMapRef":{"name":"checkout-flags"} }],
          "resources":{"limits":{"memory":"{{{(revision < 7 ? "512Mi" : "384Mi")}}}"} },
          "readinessProbe":{"httpGet":{"path":"/{{{(revision < 7 ? "healthz" : "ready")}}}","port":8080} }}]} }
        """;

    private static JsonElement CrashingPod(WorkloadRef workload, string name) => JsonElement.Parse(
        $$$"""
        {"kind":"Pod","metadata":{"name":"{{{workload.Name}}}-r7-{{{name}}}","namespace":"{{{workload.Namespace}}}","labels":{"pod-template-hash":"r7"},
          "ownerReferences":[{"uid":"rs-7","controller":true}]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"name":"checkout","restartCount":6,"ready":false,
          "state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 5m0s restarting failed container=checkout"}},
          "lastState":{"terminated":{"reason":"Error","exitCode":1,"message":"panic: PAYMENT_URL is not set"} } } ]} }
        """);

    private async Task<ClusterAnswer<T>> Answer<T>(Func<T> value, CancellationToken cancellationToken)
    {
        await Ready.WaitAsync(cancellationToken);
        return Failure is { } failure ? failure : value();
    }
}
