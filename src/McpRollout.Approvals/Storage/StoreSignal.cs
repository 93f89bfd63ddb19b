namespace McpRollout.Approvals.Storage;

/// <summary>Tells waiters that the store changed: at once for this process, and for others as soon as the database tells or is
/// asked.</summary>
internal sealed class StoreSignal : IDisposable
{
    // How many of the last changes are known by what they changed. Whoever was away for longer takes it that theirs was among them.
    private const int Kept = 1024;

    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly ChangeSignal _changed = new();
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<string>?[] _changes = new IReadOnlyList<string>?[Kept];
    private long _version;

    public StoreSignal(IDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        database.ChangedElsewhere += Raise;
    }

    /// <summary>Counts up with each change that was noticed.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Says that the store changed.</summary>
    /// <param name="requests">The requests that changed, if any did; null where that is not known.</param>
    public void Raise(IReadOnlyList<string>? requests)
    {
        lock (_gate)
        {
            var next = _version + 1;
            _changes[next % Kept] = requests;
            Interlocked.Exchange(ref _version, next);
        }

        _changed.Raise();
    }

    /// <summary>Completes when <see cref="Version"/> is no longer <paramref name="seen"/>, or after <paramref name="limit"/>.</summary>
    /// <param name="seen">The version that the caller has dealt with.</param>
    /// <param name="limit">How long to wait at the most.</param>
    /// <param name="poll">How often to ask whether another process changed the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="request">The one request whose changes are waited for; null: any change.</param>
    public async Task WaitAsync(
        long seen, TimeSpan limit, TimeSpan poll, CancellationToken cancellationToken, string? request = null)
    {
        var started = _time.GetTimestamp();
        var asked = started;
        while (true)
        {
            var (change, left) = (_changed.Next, limit - _time.GetElapsedTime(started));
            if (HasChanged(ref seen, request) || left <= TimeSpan.Zero)
                return;

            // Counted across the changes that are none of the caller's: a busy process asks as often as one at rest.
            var pause = poll - _time.GetElapsedTime(asked);
            if (pause > TimeSpan.Zero && await HappensAsync(change, left < pause ? left : pause, cancellationToken))
                continue;
            asked = _time.GetTimestamp();
            if (await _database.HasChangedElsewhereAsync(cancellationToken))
                Raise(null);
        }
    }

    public void Dispose() => _database.ChangedElsewhere -= Raise;

    private async Task<bool> HappensAsync(Task change, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await change.WaitAsync(limit, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private bool HasChanged(ref long seen, string? request)
    {
        lock (_gate)
        {
            var from = seen;
            seen = _version;
            if (request is null || _version - from > Kept)
                return _version != from;
            for (var version = from + 1; version <= _version; version++)
            {
                if (_changes[version % Kept]?.Contains(request) is not false)
                    return true;
            }

            return false;
        }
    }
}
