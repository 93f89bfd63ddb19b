using System.Diagnostics.CodeAnalysis;

namespace McpRollout.Web.Limits;

/// <summary>What one caller may have under way at once and begin in a minute. Calls may wait long, and people need connections
/// too.</summary>
internal sealed class CallerLimits(TimeProvider time)
{
    /// <summary>How many calls of one caller are answered at once.</summary>
    public const int MostAtOnce = 16;

    private static readonly TimeSpan WhileBusy = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _underWay = [];
    private readonly MinuteLimit _limit = new(time);

    /// <summary>Takes a place until it is disposed of; null if there is none now.</summary>
    /// <param name="caller">A caller that has proved itself, and no other: the names are kept for a while.</param>
    /// <param name="wait">How long to wait before the next call, if there is none.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes of its place.")]
    public IDisposable? TryTake(string caller, out TimeSpan wait)
    {
        wait = WhileBusy;
        lock (_gate)
        {
            var taken = _underWay.GetValueOrDefault(caller);
            if (taken >= MostAtOnce)
                return null;
            if (_limit.TryTake(caller) is { } left)
            {
                wait = left;
                return null;
            }

            _underWay[caller] = taken + 1;
            return new Place(this, caller);
        }
    }

    private void Leave(string caller)
    {
        lock (_gate)
        {
            if (--_underWay[caller] == 0)
                _underWay.Remove(caller);
        }
    }

    private sealed class Place(CallerLimits limits, string caller) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                limits.Leave(caller);
        }
    }
}
