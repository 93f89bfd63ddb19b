using System.Diagnostics.Metrics;

namespace McpRollout.Approvals.Telemetry;

/// <summary>The meter of all that this product measures by itself. No label names a namespace, a workload, a request or a person: those
/// have no end, and a scrape is readable for whoever reaches it.</summary>
internal static class ProductMeter
{
    /// <summary>The name to listen to.</summary>
    public const string Name = "McpRollout";

    /// <summary>The label with what became of something.</summary>
    public const string Outcome = "mcp_rollout.outcome";

    public static readonly Meter Meter = new(Name);

    /// <summary>Bounds for what machines answer. Unit: seconds.</summary>
    public static readonly InstrumentAdvice<double> OfMachines = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    /// <summary>Bounds for what waits for people and for pods. Unit: seconds.</summary>
    public static readonly InstrumentAdvice<double> OfPeople = new()
    {
        HistogramBucketBoundaries = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600],
    };
}
