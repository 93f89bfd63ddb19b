using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace McpRollout.Approvals.Telemetry;

/// <summary>
/// A counter that shows what is known to be possible from the start, as 0. A counter that appears with its first event has no increase for
/// whoever asks how much it grew, so that an alert would miss that event.
/// </summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, long> _counts;

    public Tally(string name, string unit, string description, string label, params IEnumerable<string> known)
    {
        _counts = new(known.Select(value => KeyValuePair.Create(value, 0L)), StringComparer.Ordinal);
        ProductMeter.Meter.CreateObservableCounter(
            name,
            () => _counts.Select(each => new Measurement<long>(each.Value, new KeyValuePair<string, object?>(label, each.Key))),
            unit,
            description);
    }

    /// <summary>Shows another as possible.</summary>
    public void Expect(string value) => _counts.TryAdd(value, 0);

    public void Add(string value) => _counts.AddOrUpdate(value, 1, (_, count) => count + 1);
}
