using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace McpRollout.Web.Limits;

/// <summary>What one caller may have under way at once and begin in a minute. Calls may wait long, and people need connections
/// too.</summary>
internal sealed class CallerLimits(TimeProvider time)
{
    /// <summary>How many calls of one caller are answered at once.</summary>
    public const int MostAtOnce = 16;

    private readonly ConcurrentDictionary<string, ConcurrencyLimiter> _underWay = new(StringComparer.Ordinal);
    private readonly MinuteLimit _limit = new(time);

    /// <summary>Takes a place until it is disposed of; null if there is none now.</summary>
    /// <param name="caller">A caller that has proved itself, and no other: the names are kept.</param>
    public IDisposable? TryTake(string caller)
    {
        var place = _underWay.GetOrAdd(caller, _ => new(new() { PermitLimit = MostAtOnce, QueueLimit = 0 })).AttemptAcquire();
        if (place.IsAcquired && _limit.TryTake(caller) is null)
            return place;
        place.Dispose();
        return null;
    }
}
