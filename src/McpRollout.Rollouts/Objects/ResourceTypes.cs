namespace McpRollout.Rollouts.Objects;

/// <summary>How each <see cref="ResourceType"/> is spelled.</summary>
internal static class ResourceTypes
{
    /// <summary>The singular lower-case name that tools and audit use.</summary>
    public static string ToName(this ResourceType type) => type.ToKind().ToLowerInvariant();

    /// <summary>The <c>kind</c> of the Kubernetes API.</summary>
    public static string ToKind(this ResourceType type) => type switch
    {
        ResourceType.Deployment => "Deployment",
        ResourceType.StatefulSet => "StatefulSet",
        ResourceType.DaemonSet => "DaemonSet",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The plural used in API paths and access reviews.</summary>
    public static string ToPlural(this ResourceType type) => type.ToName() + "s";

    /// <summary>Reads a name that <see cref="ToName"/> wrote.</summary>
    public static bool TryParse(string name, out ResourceType type) =>
        Enum.TryParse(name, ignoreCase: true, out type) && Enum.IsDefined(type) && type.ToName() == name;
}
