namespace McpRollout.Web.Limits;

/// <summary>
/// How much is done for one name in a minute: checking a passphrase is costly on purpose, and planning an undo asks much of the cluster.
/// Each approver in known browsers and each agent's side has a limit of its own, so that nobody's flood keeps another from deciding.
/// </summary>
internal sealed class MinuteLimit(TimeProvider time)
{
    /// <summary>How many in each minute.</summary>
    public const int PerMinute = 120;

    // Names of jobs are new each time.
    private const int MostKept = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Start, int Taken)> _windows = [];

    /// <summary>Takes one; null if there was one, else how long to wait.</summary>
    /// <param name="name">The name as enrolled or configured, and no other: the names are kept.</param>
    public TimeSpan? TryTake(string name)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var (start, taken) = _windows.GetValueOrDefault(name, (now, 0));
            var elapsed = time.GetElapsedTime(start, now);
            if (elapsed >= Window)
                (start, taken, elapsed) = (now, 0, TimeSpan.Zero);
            if (_windows.Count >= MostKept)
                Forget(now);
            _windows[name] = (start, taken + 1);
            return taken < PerMinute ? null : Window - elapsed;
        }
    }

    private void Forget(long now)
    {
        foreach (var (name, (start, _)) in _windows)
        {
            if (time.GetElapsedTime(start, now) >= Window)
                _windows.Remove(name);
        }
    }
}
