using McpRollout.Kubernetes.Api;
using McpRollout.Kubernetes.Connections;

namespace McpRollout.Kubernetes;

/// <summary>
/// The cluster behind a Kubernetes API server. Making one does nothing; the first call reads the kubeconfig and opens a socket.
/// The items of a list come without <c>kind</c> and <c>apiVersion</c>, as the API server writes them.
/// </summary>
internal sealed class ApiServerClient(IConnectionSource source, ApiTransport transport, TimeProvider time) : IClusterReader, IClusterWriter
{
    private const string JsonPatch = "application/json-patch+json";
    private const string MergePatch = "application/merge-patch+json";

    /// <inheritdoc/>
    public async ValueTask<ClusterAnswer<ClusterIdentity>> IdentifyAsync(CancellationToken cancellationToken)
    {
        var connection = await source.ConnectAsync(cancellationToken);
        return connection.Succeeded ? connection.Value.Identity : connection.Failure;
    }

    /// <inheritdoc/>
    public async Task<ClusterAnswer<JsonElement>> GetWorkloadAsync(
        WorkloadRef workload, Freshness freshness, CancellationToken cancellationToken)
    {
        var answer = await ObjectAsync(
            About(ApiCall.Read, HttpMethod.Get, ApiPaths.At(ApiPaths.Workload(workload), freshness), workload), cancellationToken);

        // Of a kind that it does not serve the API server knows nothing; of an object that is not there it tells the name. Whether
        // somebody may read is judged before it is known what is served.
        return workload.Type == ResourceType.Rollout && answer.Failure is { StatusCode: 404, HasDetails: false } or { StatusCode: 403 }
            && await ServesRolloutsAsync(cancellationToken) is { Succeeded: true, Value: false }
                ? new ClusterFailure(ClusterFailureKind.Unexpected, "Argo Rollouts is not installed in this cluster: it serves no "
                    + "rollouts.argoproj.io. Ask with resource_type \"deployment\", \"statefulset\" or \"daemonset\".", StatusCode: 404)
                : answer;
    }

    /// <inheritdoc/>
    public async Task<ClusterAnswer<bool>> ServesRolloutsAsync(CancellationToken cancellationToken)
    {
        var answer = await ObjectAsync(
            new ApiRequest(ApiCall.Read, HttpMethod.Get, ApiPaths.Kinds(ResourceType.Rollout), "apiresources"), cancellationToken);
        return answer.Succeeded
            ? answer.Value.ItemsAt("resources").Any(resource => resource.TextAt("name") == ResourceType.Rollout.ToPlural())
            : answer.Failure.StatusCode == 404 ? false : answer.Failure;
    }

    /// <inheritdoc/>
    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListWorkloadsAsync(
        ResourceType type, string @namespace, CancellationToken cancellationToken) =>
        ListAsync(ApiPaths.At(ApiPaths.Workloads(type, @namespace), Freshness.Cached), type.ToPlural(), @namespace, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SameName>> FindSameNamesAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        new SameNameSearch(transport, time).FindAsync(@namespace, name, cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListReplicaSetsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken) =>
        ListAsync(ApiPaths.At(ApiPaths.ReplicaSets(@namespace), freshness, labelSelector), "replicasets", @namespace, cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListControllerRevisionsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken) =>
        ListAsync(ApiPaths.At(ApiPaths.ControllerRevisions(@namespace), freshness, labelSelector), "controllerrevisions", @namespace,
            cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListPodsAsync(
        string @namespace, string labelSelector, Freshness freshness, CancellationToken cancellationToken) =>
        ListAsync(ApiPaths.At(ApiPaths.Pods(@namespace), freshness, labelSelector), "pods", @namespace, cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> GetMetadataAsync(
        ReferencedKind kind, string @namespace, string name, CancellationToken cancellationToken) =>
        ApiPaths.CanName(name)
            ? ObjectAsync(
                new ApiRequest(ApiCall.Read, HttpMethod.Get, ApiPaths.Referred(kind, @namespace, name), kind.ToPlural(),
                    @namespace)
                { MetadataOnly = true },
                cancellationToken)
            : Task.FromResult<ClusterAnswer<JsonElement>>(
                new ClusterFailure(ClusterFailureKind.NotFound, $"'{VisibleText.Of(name, 80)}' cannot be the name of a {kind}."));

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> GetOwnerAsync(OwnerRef owner, CancellationToken cancellationToken) =>
        ApiPaths.CanName(owner.Namespace) && ApiPaths.CanName(owner.Name)
            ? ObjectAsync(About(ApiCall.Read, HttpMethod.Get, ApiPaths.Owner(owner), owner), cancellationToken)
            : Task.FromResult<ClusterAnswer<JsonElement>>(
                new ClusterFailure(ClusterFailureKind.NotFound, $"{owner} cannot be the name of one."));

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> GetGitRepositoryAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        ApiPaths.CanName(@namespace) && ApiPaths.CanName(name)
            ? ObjectAsync(
                new(ApiCall.Read, HttpMethod.Get, ApiPaths.GitRepository(@namespace, name), "gitrepositories", @namespace),
                cancellationToken)
            : Task.FromResult<ClusterAnswer<JsonElement>>(new ClusterFailure(ClusterFailureKind.NotFound, "It cannot be the name of one."));

    /// <inheritdoc/>
    public async Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListNamespacePoliciesAsync(
        NamespacePolicyKind kind, string @namespace, CancellationToken cancellationToken)
    {
        ClusterAnswer<IReadOnlyList<JsonElement>> answer = new ClusterFailure(ClusterFailureKind.NotFound,
            $"The cluster serves no {kind.ToPlural()}.");
        foreach (var path in ApiPaths.NamespacePolicies(kind, @namespace))
        {
            answer = await ListAsync(ApiPaths.At(path, Freshness.Cached), kind.ToPlural(), @namespace, cancellationToken);
            if (answer.Succeeded || answer.Failure.Kind != ClusterFailureKind.NotFound)
                break;
        }

        return answer;
    }

    /// <inheritdoc/>
    public Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListEventsAsync(
        string @namespace, string involvedKind, CancellationToken cancellationToken) =>
        ListAsync(ApiPaths.WarningsAbout(@namespace, involvedKind), "events", @namespace, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ClusterAnswer<JsonElement?>> WatchWorkloadAsync(
        WorkloadRef workload, string resourceVersion, CancellationToken cancellationToken) =>
        new WorkloadWatch(transport, time, workload).FollowAsync(resourceVersion, cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<AccessVerdict>> MayPatchAsync(WorkloadRef workload, CancellationToken cancellationToken) =>
        ReviewAsync(
            Review(workload.Namespace, AccessReview.Question(
                "patch", workload.Type.ToGroup(), workload.Type.ToPlural(), workload.Namespace, workload.Name)) with
            {
                Workload = workload,
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<AccessVerdict>> MayDeletePodsAsync(string @namespace, CancellationToken cancellationToken) =>
        ReviewAsync(Review(@namespace, AccessReview.Question("delete", "", "pods", @namespace, null)), cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<AccessVerdict>> MayPatchOwnerAsync(OwnerRef owner, CancellationToken cancellationToken) =>
        ReviewAsync(
            Review(owner.Namespace, AccessReview.Question(
                "patch", owner.Kind.ToGroup(), owner.Kind.ToPlural(), owner.Namespace, owner.Name)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> DryRunOwnerAsync(
        OwnerRef owner, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken) =>
        ObjectAsync(Patch(ApiCall.DryRun, owner, jsonPatch), cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> PatchOwnerAsync(
        OwnerRef owner, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken) =>
        ObjectAsync(Patch(ApiCall.Write, owner, jsonPatch), cancellationToken);

    private async Task<ClusterAnswer<AccessVerdict>> ReviewAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(request, cancellationToken);
        if (!answer.Succeeded)
            return answer.Failure;

        return AccessReview.Read(answer.Value.Json) is { } access
            ? access
            : new ClusterFailure(ClusterFailureKind.Unexpected,
                "The cluster answered an access review without saying whether access is allowed.");
    }

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> DryRunAsync(
        WorkloadRef workload, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken) =>
        ObjectAsync(Patch(ApiCall.DryRun, workload, jsonPatch), cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> PatchWorkloadAsync(
        WorkloadRef workload, ReadOnlyMemory<byte> jsonPatch, CancellationToken cancellationToken) =>
        ObjectAsync(Patch(ApiCall.Write, workload, jsonPatch), cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> FenceWorkloadAsync(
        WorkloadRef workload, ReadOnlyMemory<byte> mergePatch, CancellationToken cancellationToken) =>
        ObjectAsync(Patch(ApiCall.Write, workload, mergePatch) with { ContentType = MergePatch, IsFence = true }, cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> DeletePodAsync(
        string @namespace, string name, string uid, string resourceVersion, CancellationToken cancellationToken) =>
        ObjectAsync(
            new ApiRequest(ApiCall.Write, HttpMethod.Delete, ApiPaths.Pod(@namespace, name), "pods", @namespace)
            {
                Body = System.Text.Encoding.UTF8.GetBytes(new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "DeleteOptions",
                    ["preconditions"] = new JsonObject { ["uid"] = uid, ["resourceVersion"] = resourceVersion },
                }.ToJsonString()),
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterAnswer<JsonElement>> CreateEventAsync(string @namespace, JsonObject @event, CancellationToken cancellationToken) =>
        ObjectAsync(
            new ApiRequest(ApiCall.Write, HttpMethod.Post, ApiPaths.Written(ApiPaths.Events(@namespace)), "events", @namespace)
            {
                Body = System.Text.Encoding.UTF8.GetBytes(@event.ToJsonString()),
            },
            cancellationToken);

    private static ApiRequest About(ApiCall call, HttpMethod method, string path, WorkloadRef workload) =>
        new(call, method, path, workload.Type.ToPlural(), workload.Namespace, workload);

    private static ApiRequest About(ApiCall call, HttpMethod method, string path, OwnerRef owner) =>
        new(call, method, path, owner.Kind.ToPlural(), owner.Namespace);

    private static ApiRequest Review(string @namespace, byte[] question) =>
        new(ApiCall.Read, HttpMethod.Post, ApiPaths.AccessReviews, "selfsubjectaccessreviews", @namespace) { Body = question };

    private static ApiRequest Patch(ApiCall call, OwnerRef owner, ReadOnlyMemory<byte> jsonPatch) =>
        Patch(About(call, HttpMethod.Patch, ApiPaths.Owner(owner), owner), jsonPatch);

    private static ApiRequest Patch(ApiCall call, WorkloadRef workload, ReadOnlyMemory<byte> jsonPatch) =>
        Patch(About(call, HttpMethod.Patch, ApiPaths.Workload(workload), workload), jsonPatch);

    private static ApiRequest Patch(ApiRequest about, ReadOnlyMemory<byte> jsonPatch) => about with
    {
        Path = ApiPaths.Written(about.Path, dryRun: about.Call == ApiCall.DryRun),
        Body = jsonPatch,
        ContentType = JsonPatch,
    };

    private async Task<ClusterAnswer<JsonElement>> ObjectAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(request, cancellationToken);
        return answer.Succeeded ? answer.Value.Json : answer.Failure;
    }

    private async Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListAsync(
        string path, string resource, string @namespace, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(new ApiRequest(ApiCall.Read, HttpMethod.Get, path, resource, @namespace), cancellationToken);
        if (!answer.Succeeded)
            return answer.Failure;

        return answer.Value.Json is { ValueKind: JsonValueKind.Object } list && list.TryGetProperty("items", out var items)
            ? items.ValueKind == JsonValueKind.Array ? items.EnumerateArray().ToArray() : Array.Empty<JsonElement>()
            : new ClusterFailure(ClusterFailureKind.Unexpected, $"The cluster answered the list of {resource} with something else.");
    }
}
