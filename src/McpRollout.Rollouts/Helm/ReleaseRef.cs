namespace McpRollout.Rollouts.Helm;

/// <summary>Names one release of Helm.</summary>
internal sealed record ReleaseRef(string Namespace, string Name)
{
    /// <summary>The resource type by which tools ask for releases.</summary>
    public const string TypeName = "helm_release";

    /// <summary>As workloads are named, without the namespace: <c>helm_release/web</c>.</summary>
    public override string ToString() => $"{TypeName}/{Name}";
}
