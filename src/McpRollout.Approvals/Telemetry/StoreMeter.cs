using System.Diagnostics.Metrics;

namespace McpRollout.Approvals.Telemetry;

/// <summary>How a use of the store ended.</summary>
internal enum StoreOutcome
{
    /// <summary>As it should.</summary>
    Ok,

    /// <summary>Its turn did not come in time.</summary>
    Busy,

    /// <summary>The store could not be used.</summary>
    Unavailable,

    /// <summary>Whoever used it gave up, or failed by itself.</summary>
    Ended,
}

/// <summary>What the store takes, and whether it can be used.</summary>
internal static class StoreMeter
{
    private static readonly Histogram<double> Duration = ProductMeter.Meter.CreateHistogram(
        "mcp_rollout.store.operation.duration", "s", "How long a use of the store took, with the wait for its turn.", tags: null,
        ProductMeter.OfMachines);

    private static readonly Tally Failures = new(
        "mcp_rollout.store.failures", "{operation}", "Uses of the store that failed, by reason.", "mcp_rollout.store.reason",
        NameOf(StoreOutcome.Busy), NameOf(StoreOutcome.Unavailable));

    private static int _writes;
    private static int _reached = -1;

    static StoreMeter()
    {
        ProductMeter.Meter.CreateObservableGauge(
            "mcp_rollout.store.writes", () => Volatile.Read(ref _writes), "{operation}",
            "Writes of this process that are under way or wait for their turn.");
        ProductMeter.Meter.CreateObservableGauge(
            "mcp_rollout.store.reachable", Reached, unit: null, "1 where the last use of the store found it, 0 where it did not.");
    }

    /// <summary>A write begins, or begins to wait.</summary>
    public static void BeginWrite() => Interlocked.Increment(ref _writes);

    /// <summary>It has ended.</summary>
    public static void EndWrite() => Interlocked.Decrement(ref _writes);

    /// <summary>Measures a use.</summary>
    /// <param name="operation"><c>read</c>, <c>write</c> or <c>note</c>.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="took">How long it took.</param>
    public static void Used(string operation, StoreOutcome outcome, TimeSpan took)
    {
        Duration.Record(
            took.TotalSeconds, new("mcp_rollout.store.operation", operation), new(ProductMeter.Outcome, NameOf(outcome)));
        if (outcome is StoreOutcome.Busy or StoreOutcome.Unavailable)
            Failures.Add(NameOf(outcome));
        if (outcome is StoreOutcome.Ok or StoreOutcome.Unavailable)
            Volatile.Write(ref _reached, outcome == StoreOutcome.Ok ? 1 : 0);
    }

    // Nothing is said before it was used.
    private static IEnumerable<Measurement<int>> Reached() => Volatile.Read(ref _reached) is >= 0 and var reached ? [new(reached)] : [];

    private static string NameOf(StoreOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
