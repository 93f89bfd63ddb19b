namespace McpRollout.Kubernetes.Api;

/// <summary>
/// Finds what a name stands for besides the kinds that can be undone: the other kinds that run pods, and in API groups that
/// were added to the cluster the kinds that sound like it. What the credentials may not read is passed over.
/// </summary>
internal sealed class SameNameSearch(ApiTransport transport, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // A cluster with more of them is not asked about the rest: this is a hint beside a refusal.
    private const int MostGroups = 30;
    private const int MostKinds = 40;

    private static readonly Kind[] BuiltIn =
    [
        new("ReplicaSet", "apps", "/apis/apps/v1", "replicasets"), new("Pod", "", "/api/v1", "pods"),
        new("ReplicationController", "", "/api/v1", "replicationcontrollers"), new("Job", "batch", "/apis/batch/v1", "jobs"),
        new("CronJob", "batch", "/apis/batch/v1", "cronjobs"), new("CronJob", "batch", "/apis/batch/v1beta1", "cronjobs"),
    ];

    private static readonly string[] Endings = ["Set", "Deployment", "Rollout", "Job", "Service", "Workload", "Application"];

    /// <summary>All that is found, once for each kind; nothing if the cluster takes its time.</summary>
    public async Task<IReadOnlyList<SameName>> FindAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        if (!ApiPaths.CanName(name))
            return [];
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await FindAllAsync(@namespace, name, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<SameName>> FindAllAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        var builtIn = FindAsync(BuiltIn, @namespace, name, cancellationToken);
        var added = FindAsync(await AddedKindsAsync(cancellationToken), @namespace, name, cancellationToken);
        return [.. (await builtIn).Concat(await added).DistinctBy(found => (found.Kind, found.Group))];
    }

    private async Task<IEnumerable<SameName>> FindAsync(
        IEnumerable<Kind> kinds, string @namespace, string name, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(kinds.Select(async kind =>
        {
            var path = $"{kind.Version}/namespaces/{Uri.EscapeDataString(@namespace)}/{kind.Plural}/{Uri.EscapeDataString(name)}";
            return await ReadAsync(path, kind.Plural, isObject: true, cancellationToken) is { } read
                ? new SameName(kind.Name, kind.Group, ControllerOf(read))
                : null;
        }));
        return found.OfType<SameName>();
    }

    // The groups of Kubernetes itself end in k8s.io or have no dot at all.
    private async Task<IEnumerable<Kind>> AddedKindsAsync(CancellationToken cancellationToken)
    {
        var groups = (await ReadAsync("/apis", "apigroups", isObject: false, cancellationToken) ?? default).ItemsAt("groups")
            .Where(group => group.TextAt("name") is { } name && name.Contains('.', StringComparison.Ordinal)
                && !name.EndsWith(".k8s.io", StringComparison.Ordinal))
            .Take(MostGroups);
        var kinds = await Task.WhenAll(groups.Select(group => KindsOfAsync(group, cancellationToken)));
        return kinds.SelectMany(each => each).Take(MostKinds);
    }

    private async Task<IReadOnlyList<Kind>> KindsOfAsync(JsonElement group, CancellationToken cancellationToken)
    {
        var version = group.TextAt("preferredVersion", "groupVersion");
        if (version is null || await ReadAsync($"/apis/{version}", "apiresources", isObject: false, cancellationToken) is not { } served)
            return [];
        return
        [
            .. served.ItemsAt("resources")
                .Where(resource => resource.IsTrueAt("namespaced") && resource.TextAt("name") is { } plural && !plural.Contains('/')
                    && resource.ItemsAt("verbs").Any(verb => verb.Text() == "get")
                    && resource.TextAt("kind") is { } kind
                    && (kind, group.TextAt("name")) != (ResourceType.Rollout.ToKind(), ResourceType.Rollout.ToGroup())
                    && Array.Exists(Endings, ending => kind.EndsWith(ending, StringComparison.Ordinal)))
                .Select(resource => new Kind(
                    resource.TextAt("kind")!, group.TextAt("name")!, $"/apis/{version}", resource.TextAt("name")!)),
        ];
    }

    private async Task<JsonElement?> ReadAsync(string path, string resource, bool isObject, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(ApiCall.Read, HttpMethod.Get, path, resource) { MetadataOnly = isObject };
        var answer = await transport.SendAsync(request, cancellationToken);
        return answer.Succeeded ? answer.Value.Json : null;
    }

    private static (string, string)? ControllerOf(JsonElement read) =>
        read.Controller() is { } owner ? (owner.TextAt("kind") ?? "", owner.TextAt("name") ?? "") : null;

    private sealed record Kind(string Name, string Group, string Version, string Plural);
}
