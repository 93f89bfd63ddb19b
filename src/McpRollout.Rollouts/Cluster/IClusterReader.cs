using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Rollouts.Cluster;

/// <summary>
/// The whole of what the product asks of a cluster without changing it. Objects are the server's own JSON, so that nothing it sent is lost.
/// </summary>
internal interface IClusterReader
{
    /// <summary>Which cluster the configuration names; no request is sent.</summary>
    ValueTask<ClusterAnswer<ClusterIdentity>> IdentifyAsync(CancellationToken cancellationToken);

    Task<ClusterAnswer<JsonElement>> GetWorkloadAsync(WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken);

    Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListWorkloadsAsync(
        ResourceType type, string @namespace, CancellationToken cancellationToken);

    /// <summary>Whether the cluster serves the Rollouts of Argo Rollouts.</summary>
    Task<ClusterAnswer<bool>> ServesRolloutsAsync(CancellationToken cancellationToken);

    /// <summary>What else the name stands for, of the kinds that the credentials may read; it never fails.</summary>
    Task<IReadOnlyList<SameName>> FindSameNamesAsync(string @namespace, string name, CancellationToken cancellationToken);

    Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListReplicaSetsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken);

    Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListControllerRevisionsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken);

    Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListPodsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken);

    /// <summary>
    /// The metadata of one object that a template refers to, as a PartialObjectMetadata: the values of a ConfigMap or Secret never leave
    /// the cluster. See https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources.
    /// </summary>
    Task<ClusterAnswer<JsonElement>> GetMetadataAsync(
        ReferencedKind kind, string @namespace, string name, CancellationToken cancellationToken);

    /// <summary>The owner of a workload, by the version of its API that is served today.</summary>
    Task<ClusterAnswer<JsonElement>> GetOwnerAsync(OwnerRef owner, CancellationToken cancellationToken);

    /// <summary>The object by which Flux knows a repository, by the version of its API that is served today.</summary>
    Task<ClusterAnswer<JsonElement>> GetGitRepositoryAsync(string @namespace, string name, CancellationToken cancellationToken);

    /// <summary>The namespace's objects of one kind.</summary>
    Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListNamespacePoliciesAsync(
        NamespacePolicyKind kind, string @namespace, CancellationToken cancellationToken);

    /// <summary>The namespace's core/v1 Events of type Warning about objects of one kind, such as <c>Pod</c>; at most 500 of
    /// them.</summary>
    Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListEventsAsync(
        string @namespace, string involvedKind, CancellationToken cancellationToken);

    /// <summary>
    /// The workload after each change that is newer than <paramref name="resourceVersion"/>. Ends when the server ends the watch;
    /// a failure (410 Gone among them) is the last item. <see langword="null"/> as a value says that the workload was deleted.
    /// </summary>
    IAsyncEnumerable<ClusterAnswer<JsonElement?>> WatchWorkloadAsync(
        WorkloadRef workload, string resourceVersion, CancellationToken cancellationToken);

    /// <summary>Asks by SelfSubjectAccessReview whether the credentials may patch the workload.</summary>
    Task<ClusterAnswer<AccessVerdict>> MayPatchAsync(WorkloadRef workload, CancellationToken cancellationToken);

    /// <summary>Asks likewise whether the credentials may delete pods in the namespace.</summary>
    Task<ClusterAnswer<AccessVerdict>> MayDeletePodsAsync(string @namespace, CancellationToken cancellationToken);

    /// <summary>Asks likewise whether they may patch the owner.</summary>
    Task<ClusterAnswer<AccessVerdict>> MayPatchOwnerAsync(OwnerRef owner, CancellationToken cancellationToken);

    /// <summary>Sends an owner's patch with <c>dryRun=All</c>.</summary>
    Task<ClusterAnswer<JsonElement>> DryRunOwnerAsync(OwnerRef owner, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken);

    /// <summary>Sends the patch with <c>dryRun=All</c>: admission and validation run, nothing is kept.</summary>
    Task<ClusterAnswer<JsonElement>> DryRunAsync(WorkloadRef workload, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken);
}

/// <summary>What a SelfSubjectAccessReview said.</summary>
/// <param name="Allowed">Whether the credentials may do it.</param>
/// <param name="Reason">The server's own words, often empty.</param>
internal sealed record AccessVerdict(bool Allowed, string? Reason);
