namespace McpRollout.Rollouts.Objects;

/// <summary>Names one workload of the cluster.</summary>
internal sealed record WorkloadRef(ResourceType Type, string Namespace, string Name)
{
    /// <summary>The type as tools, kubectl and the audit spell it: <c>deployment</c>, <c>statefulset</c>, <c>daemonset</c>,
    /// <c>rollout</c>.</summary>
    public string TypeName => Type.ToName();

    /// <summary>As kubectl prints it, <c>deployment/checkout</c>, without the namespace.</summary>
    public override string ToString() => $"{TypeName}/{Name}";
}
