using System.Collections.Concurrent;

namespace McpRollout.Benchmarks.Load;

/// <summary>How often what was met.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IEnumerable<(string What, int Times)> Most =>
        _counts.OrderByDescending(each => each.Value).Select(each => (each.Key, each.Value));

    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, before) => before + 1);
}
