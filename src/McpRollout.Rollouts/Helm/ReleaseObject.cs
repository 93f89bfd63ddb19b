using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Helm;

/// <summary>One object of a release's manifest.</summary>
/// <param name="Group">Its API group; empty for the core one.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace, where the manifest names one; else it is the release's, or it has none.</param>
/// <param name="Name">Its name.</param>
internal sealed record ObjectName(string Group, string Kind, string? Namespace, string Name)
{
    /// <summary>Its kind and name, and the namespace where the manifest names one.</summary>
    public override string ToString() => $"{ShownValue.Name(Kind)} {ShownValue.Name(Name)}"
        + (Namespace is null ? "" : $" in {ShownValue.Name(Namespace)}");
}

/// <summary>An object of a release, with all that the manifest says of it.</summary>
/// <param name="Name">Which object it is.</param>
/// <param name="Body">The object.</param>
internal sealed record ReleaseObject(ObjectName Name, JsonElement Body)
{
    /// <summary>The YAML that it was read from, where that says more than was read, as of octal numbers; else null.</summary>
    public string? Source { get; init; }

    /// <summary>Its pod template; null of what runs no pods.</summary>
    public JsonElement? Template => Name.Kind switch
    {
        "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "Job" or "Rollout" => Body.At("spec", "template"),
        "CronJob" => Body.At("spec", "jobTemplate", "spec", "template"),
        _ => null,
    };

    /// <summary>The workload that it is; null of all else.</summary>
    /// <param name="releaseNamespace">The release's namespace, which is its own where the manifest names none.</param>
    public WorkloadRef? Workload(string releaseNamespace) =>
        ResourceTypes.TryParse(Name.Kind.ToLowerInvariant(), out var type) && type.ToGroup() == Name.Group
            ? new(type, Name.Namespace ?? releaseNamespace, Name.Name)
            : null;

    /// <summary>Reads an object; null of what is none.</summary>
    public static ReleaseObject? Of(JsonElement body) =>
        body.TextAt("kind") is { } kind && body.TextAt("metadata", "name") is { } name
            ? new(new(GroupOf(body.TextAt("apiVersion") ?? ""), kind, body.TextAt("metadata", "namespace"), name), body)
            : null;

    private static string GroupOf(string apiVersion) => apiVersion.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
        ? apiVersion[..slash]
        : "";
}
