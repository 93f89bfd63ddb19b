using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Storage;

/// <summary>The store, measured: how long it takes, and whether it can be used.</summary>
internal sealed class MeasuredDatabase(IDatabase database, TimeProvider time) : IDatabase, IAsyncDisposable
{
    public event Action<IReadOnlyList<string>?>? ChangedElsewhere
    {
        add => database.ChangedElsewhere += value;
        remove => database.ChangedElsewhere -= value;
    }

    public string Place => database.Place;

    public Task<T> ReadAsync<T>(Func<StoreSession, Task<T>> read, CancellationToken cancellationToken) =>
        MeasureAsync("read", () => database.ReadAsync(read, cancellationToken));

    public Task<T> WriteAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken) =>
        MeasureWriteAsync(() => database.WriteAsync(write, cancellationToken));

    public Task<T> WriteFirstAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken) =>
        MeasureWriteAsync(() => database.WriteFirstAsync(write, cancellationToken));

    public Task NoteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        MeasureAsync("note", async () =>
        {
            await database.NoteAsync(sql, parameters, cancellationToken);
            return true;
        });

    public Task<bool> HasChangedElsewhereAsync(CancellationToken cancellationToken) => database.HasChangedElsewhereAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (database is IAsyncDisposable closing)
            await closing.DisposeAsync();
        else
            (database as IDisposable)?.Dispose();
    }

    private async Task<T> MeasureWriteAsync<T>(Func<Task<T>> write)
    {
        StoreMeter.BeginWrite();
        try
        {
            return await MeasureAsync("write", write);
        }
        finally
        {
            StoreMeter.EndWrite();
        }
    }

    private async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> use)
    {
        var (began, outcome) = (time.GetTimestamp(), StoreOutcome.Ended);
        try
        {
            var result = await use();
            outcome = StoreOutcome.Ok;
            return result;
        }
        catch (StoreUnavailableException failure)
        {
            outcome = failure.IsBusy ? StoreOutcome.Busy : StoreOutcome.Unavailable;
            throw;
        }
        finally
        {
            StoreMeter.Used(operation, outcome, time.GetElapsedTime(began));
        }
    }
}
