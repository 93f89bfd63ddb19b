namespace McpRollout.Approvals.Storage;

/// <summary>
/// Where the writes of one process wait for each other, so that at most one of them waits in the database: each there would hold a
/// connection that reads need, and hundreds that wait for one row keep the server busy with looking for deadlocks.
/// </summary>
/// <param name="place">Where the store is, for people.</param>
/// <param name="patience">How long a write waits for its turn.</param>
internal sealed class WriteLine(string place, TimeSpan patience) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);

    // All but those that go first wait here, so that those have at most one of them before them.
    private readonly SemaphoreSlim _line = new(1);

    /// <summary>Writes in turn.</summary>
    /// <exception cref="StoreUnavailableException">The turn did not come in time.</exception>
    public Task<T> WriteAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken) =>
        InTurnAsync(_line, () => WriteFirstAsync(write, cancellationToken), cancellationToken);

    /// <summary>Writes before all that wait.</summary>
    /// <exception cref="StoreUnavailableException">The turn did not come in time.</exception>
    public Task<T> WriteFirstAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken) =>
        InTurnAsync(_writing, write, cancellationToken);

    public void Dispose()
    {
        _writing.Dispose();
        _line.Dispose();
    }

    private async Task<T> InTurnAsync<T>(SemaphoreSlim turn, Func<Task<T>> write, CancellationToken cancellationToken)
    {
        if (!await turn.WaitAsync(patience, cancellationToken))
            throw new StoreUnavailableException($"The store {place} was busy with other writes for {patience.TotalSeconds} seconds.")
            {
                IsBusy = true,
            };
        try
        {
            return await write();
        }
        finally
        {
            turn.Release();
        }
    }
}
