using Microsoft.Data.Sqlite;

namespace McpRollout.Broker.Storage;

/// <summary>
/// Tells waiters that the store changed: at once for this process, and for others by asking SQLite's <c>data_version</c> as often as the waiter wants.
/// </summary>
internal sealed class StoreSignal(SqliteDatabase database, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteConnection? _watching;
    private long _dataVersion;

    /// <summary>Counts up with each change that was noticed.</summary>
    public long Version { get; private set; }

    /// <summary>Says that this process changed the store.</summary>
    public void Raise()
    {
        lock (_gate)
        {
            Version++;
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Completes when <see cref="Version"/> is no longer <paramref name="seen"/>, or after <paramref name="limit"/>.</summary>
    /// <param name="seen">The version that the caller has dealt with.</param>
    /// <param name="limit">How long to wait at the most.</param>
    /// <param name="poll">How often to ask whether another process changed the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(long seen, TimeSpan limit, TimeSpan poll, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (NextChange(seen) is { } change && limit - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            var pause = left < poll ? left : poll;
            try
            {
                await change.WaitAsync(pause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                LookAtOtherProcesses();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _watching?.Dispose();

    private Task? NextChange(long seen)
    {
        lock (_gate)
            return Version == seen ? _changed.Task : null;
    }

    private void LookAtOtherProcesses()
    {
        lock (_gate)
        {
            _watching ??= database.Open();
            var dataVersion = _watching.Scalar<long>("PRAGMA data_version");
            if (dataVersion == _dataVersion)
                return;
            _dataVersion = dataVersion;
            Raise();
        }
    }
}
