namespace McpRollout.Person.Page;

/// <summary>How many decisions are looked at in a minute, whoever sends them: checking a passphrase is costly on purpose.</summary>
internal sealed class DecisionLimit(TimeProvider time)
{
    /// <summary>How many in each minute.</summary>
    public const int PerMinute = 120;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _windowStart = time.GetTimestamp();
    private int _taken;

    /// <summary>Takes one; null if there was one, else how long to wait.</summary>
    public TimeSpan? TryTake()
    {
        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_windowStart);
            if (elapsed >= Window)
                (_windowStart, _taken, elapsed) = (time.GetTimestamp(), 0, TimeSpan.Zero);
            return _taken++ < PerMinute ? null : Window - elapsed;
        }
    }
}
