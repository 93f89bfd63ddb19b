namespace McpRollout.Mcp.Arguments;

/// <summary>Leads from a ReplicaSet or a pod, which have no rollouts, to the workload that owns it.</summary>
internal sealed class OwnerSearch(IClusterReader cluster, ClusterScope scope, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>A sentence that names the owner, where the arguments name such an object and the cluster has it; else null.</summary>
    public async Task<string?> HintAsync(IDictionary<string, JsonElement> given, CancellationToken cancellationToken)
    {
        if (Text(given, "resource_type") is not { } type || ResourceTypeAdvice.OwnedKindOf(type) is not { } kind)
            return null;
        if (Text(given, "namespace") is not { } space || !scope.Allows(space) || Text(given, "name") is not { } name)
            return null;

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await OwnerAsync(kind, space, name, either.Token) is { } owner
                ? $"{(kind == "Pod" ? "pod" : kind)} {name} belongs to {owner}: use resource_type \"{owner.TypeName}\" and "
                    + $"name \"{owner.Name}\""
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<WorkloadRef?> OwnerAsync(string kind, string space, string name, CancellationToken cancellationToken)
    {
        var owner = (Kind: kind, Name: name);
        if (owner.Kind == "Pod")
            owner = ControllerOf(await cluster.ListPodsAsync(space, "", Freshness.Cached, cancellationToken), name);
        if (owner.Kind == "ReplicaSet")
            owner = ControllerOf(await cluster.ListReplicaSetsAsync(space, "", Freshness.Cached, cancellationToken), owner.Name);
        return ResourceTypes.Workloads.Where(type => type.ToKind() == owner.Kind)
            .Select(type => new WorkloadRef(type, space, owner.Name)).FirstOrDefault();
    }

    private static (string Kind, string Name) ControllerOf(ClusterAnswer<IReadOnlyList<JsonElement>> answer, string name)
    {
        var owners = (answer.Value ?? []).Where(item => item.TextAt("metadata", "name") == name)
            .SelectMany(item => item.ItemsAt("metadata", "ownerReferences").Where(owner => owner.IsTrueAt("controller")));
        return owners.Select(owner => (owner.TextAt("kind") ?? "", owner.TextAt("name") ?? "")).FirstOrDefault(("", ""));
    }

    private static string? Text(IDictionary<string, JsonElement> given, string name) =>
        given.TryGetValue(name, out var value) && value.Text() is { Length: > 0 } text ? text : null;
}
