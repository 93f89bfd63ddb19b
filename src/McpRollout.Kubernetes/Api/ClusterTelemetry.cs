using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace McpRollout.Kubernetes.Api;

/// <summary>Where the traces of calls to the cluster and their measures come from.</summary>
internal static class ClusterTelemetry
{
    /// <summary>The name to listen to, for spans and for metrics.</summary>
    public const string SourceName = "McpRollout";

    public static readonly ActivitySource Source = new(SourceName);

    private static readonly Histogram<double> Duration = new Meter(SourceName).CreateHistogram(
        "mcp_rollout.cluster.call.duration", "s", "How long a call to the cluster took, all tries included; of a watch, until it was open.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    /// <summary>Measures a call that was answered, or not.</summary>
    public static void Measure(ApiCall call, ClusterFailureKind? failure, TimeSpan took) => Duration.Record(
        took.TotalSeconds,
        new("mcp_rollout.cluster.call", NameOf(call.ToString())),
        new("mcp_rollout.outcome", failure is { } kind ? NameOf(kind.ToString()) : "ok"));

    private static string NameOf(string member) => JsonNamingPolicy.KebabCaseLower.ConvertName(member);
}
