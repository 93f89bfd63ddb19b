using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Helm;

/// <summary>Names one release of Helm.</summary>
internal sealed record ReleaseRef(string Namespace, string Name)
{
    /// <summary>The resource type by which tools ask for releases.</summary>
    public const string TypeName = ResourceTypes.HelmRelease;

    /// <summary>The release that an undo is about.</summary>
    public static ReleaseRef Of(WorkloadRef release) => new(release.Namespace, release.Name);

    /// <summary>As workloads are named, without the namespace: <c>helm_release/web</c>.</summary>
    public override string ToString() => $"{TypeName}/{Name}";
}
