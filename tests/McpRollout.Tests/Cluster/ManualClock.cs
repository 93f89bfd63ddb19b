namespace McpRollout.Tests.Cluster;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> _awaited = [];
    private TimeSpan _now;

    /// <summary>Timers that are set for less than this fire at once. Default: none does.</summary>
    public TimeSpan Hurry { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56) + Now;

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends once a timer is set for exactly this time.</summary>
    public Task TimerAsync(TimeSpan due)
    {
        lock (_lock)
        {
            if (_timers.Exists(timer => timer.Asked == due))
                return Task.CompletedTask;

            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((due, set));
            return set.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.At <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    private TimeSpan Now
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    private void Set(ManualTimer timer, TimeSpan due)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (due == Timeout.InfiniteTimeSpan)
                return;

            timer.Asked = due;
            timer.At = _now + due;
            if (due >= Hurry)
                _timers.Add(timer);

            foreach (var (_, set) in _awaited.Where(wanted => wanted.Due == due))
                set.TrySetResult();
        }

        if (due < Hurry)
            ThreadPool.QueueUserWorkItem(_ => timer.Fire());
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Asked { get; set; }

        public TimeSpan At { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
