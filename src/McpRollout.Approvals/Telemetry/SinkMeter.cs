using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace McpRollout.Approvals.Telemetry;

/// <summary>Whether the audit's sinks acknowledge what they are told.</summary>
internal static class SinkMeter
{
    private const string Sink = "mcp_rollout.audit.sink";

    private static readonly Tally Failures = new(
        "mcp_rollout.audit.sink.failures", "{attempt}", "Attempts to tell a sink of the audit that were not acknowledged.", Sink);

    private static readonly ConcurrentDictionary<string, Standing> Sinks = new(StringComparer.Ordinal);

    static SinkMeter() => ProductMeter.Meter.CreateObservableGauge(
        "mcp_rollout.audit.sink.lag", Lags, "s", "For how long a sink of the audit has not acknowledged all that it was told; 0 where it "
            + "has.");

    /// <summary>Shows a sink that is on.</summary>
    public static void Expect(string sink)
    {
        Failures.Expect(sink);
        Sinks.TryAdd(sink, default);
    }

    /// <summary>It acknowledged all.</summary>
    public static void Acknowledged(string sink) => Sinks[sink] = default;

    /// <summary>It did not.</summary>
    public static void Failed(string sink, TimeProvider time)
    {
        Failures.Add(sink);
        var now = new Standing(time, time.GetTimestamp());
        Sinks.AddOrUpdate(sink, now, (_, before) => before.Clock is null ? now : before);
    }

    private static IEnumerable<Measurement<double>> Lags() =>
        Sinks.Select(each => new Measurement<double>(each.Value.Lag.TotalSeconds, new KeyValuePair<string, object?>(Sink, each.Key)));

    /// <summary>Since when a sink is behind; nothing where it is not.</summary>
    private readonly record struct Standing(TimeProvider? Clock, long Since)
    {
        public TimeSpan Lag => Clock?.GetElapsedTime(Since) ?? TimeSpan.Zero;
    }
}
