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
                ? $"{(kind == OwnedKind.Pod ? "pod" : "ReplicaSet")} {name} belongs to {owner}: use resource_type \"{owner.TypeName}\" and "
                    + $"name \"{owner.Name}\""
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<WorkloadRef?> OwnerAsync(OwnedKind kind, string space, string name, CancellationToken cancellationToken)
    {
        var owner = (Kind: kind == OwnedKind.Pod ? "Pod" : "ReplicaSet", Name: name);
        if (kind == OwnedKind.Pod)
        {
            var pods = await cluster.ListPodsAsync(space, "", Freshness.Cached, cancellationToken);
            owner = ControllerOf(pods, name);
        }

        if (owner.Kind == "ReplicaSet")
        {
            var sets = await cluster.ListReplicaSetsAsync(space, "", Freshness.Cached, cancellationToken);
            owner = ControllerOf(sets, owner.Name);
        }

        return Enum.GetValues<ResourceType>().Where(type => type.ToKind() == owner.Kind)
            .Select(type => new WorkloadRef(type, space, owner.Name)).FirstOrDefault();
    }

    private static (string Kind, string Name) ControllerOf(ClusterAnswer<IReadOnlyList<JsonElement>> answer, string name)
    {
        foreach (var item in answer.Value ?? [])
        {
            if (item.TextAt("metadata", "name") != name)
                continue;
            foreach (var owner in item.ItemsAt("metadata", "ownerReferences"))
            {
                if (owner.IsTrueAt("controller"))
                    return (owner.TextAt("kind") ?? "", owner.TextAt("name") ?? "");
            }
        }

        return ("", "");
    }

    private static string? Text(IDictionary<string, JsonElement> given, string name) =>
        given.TryGetValue(name, out var value) && value.Text() is { Length: > 0 } text ? text : null;
}
