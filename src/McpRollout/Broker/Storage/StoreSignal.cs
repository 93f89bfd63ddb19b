using Microsoft.Data.Sqlite;

namespace McpRollout.Broker.Storage;

/// <summary>
/// Tells waiters that the store changed: at once for this process, and for others by asking SQLite's <c>data_version</c>, only while somebody waits.
/// </summary>
internal sealed class StoreSignal(SqliteDatabase database, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

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
    public async Task WaitAsync(long seen, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (NextChange(seen) is { } change && limit - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            var pause = left < PollInterval ? left : PollInterval;
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
