using System.Diagnostics;

namespace McpRollout.Kubernetes.Api;

/// <summary>Where the traces of calls to the cluster come from.</summary>
internal static class ClusterTelemetry
{
    /// <summary>The name to listen to.</summary>
    public const string SourceName = "McpRollout";

    public static readonly ActivitySource Source = new(SourceName);
}
