namespace McpRollout.Approvals.Storage;

/// <summary>Tells waiters that the store changed: at once for this process, and for others as soon as the database tells or is
/// asked.</summary>
internal sealed class StoreSignal : IDisposable
{
    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly ChangeSignal _changed = new();
    private long _version;

    public StoreSignal(IDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        database.ChangedElsewhere += Raise;
    }

    /// <summary>Counts up with each change that was noticed.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Says that the store changed.</summary>
    public void Raise()
    {
        Interlocked.Increment(ref _version);
        _changed.Raise();
    }

    /// <summary>Completes when <see cref="Version"/> is no longer <paramref name="seen"/>, or after <paramref name="limit"/>.</summary>
    /// <param name="seen">The version that the caller has dealt with.</param>
    /// <param name="limit">How long to wait at the most.</param>
    /// <param name="poll">How often to ask whether another process changed the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(long seen, TimeSpan limit, TimeSpan poll, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var (change, left) = (_changed.Next, limit - _time.GetElapsedTime(started));
            if (Version != seen || left <= TimeSpan.Zero)
                return;
            try
            {
                await change.WaitAsync(left < poll ? left : poll, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                if (await _database.HasChangedElsewhereAsync(cancellationToken))
                    Raise();
            }
        }
    }

    public void Dispose() => _database.ChangedElsewhere -= Raise;
}
