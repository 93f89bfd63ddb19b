namespace McpRollout.Rollouts.Objects;

/// <summary>Names what an undo is about: one workload of the cluster, or a release.</summary>
internal sealed record WorkloadRef(ResourceType Type, string Namespace, string Name)
{
    /// <summary>The type as tools, kubectl and the audit spell it: <c>deployment</c>, <c>statefulset</c>, <c>daemonset</c>,
    /// <c>rollout</c>; <c>helm_release</c>.</summary>
    public string TypeName => Type.ToName();

    /// <summary>As kubectl prints it, <c>deployment/checkout</c>, without the namespace.</summary>
    public override string ToString() => $"{TypeName}/{Name}";
}
