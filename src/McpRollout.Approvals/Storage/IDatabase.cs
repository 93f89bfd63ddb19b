namespace McpRollout.Approvals.Storage;

/// <summary>
/// The store that all processes share, whichever backend keeps it. A write excludes every other write from its start to its commit, so that
/// what it read stays true until it commits, and the audit's chain has no forks.
/// </summary>
internal interface IDatabase
{
    /// <summary>Where it is, for people; never with credentials.</summary>
    string Place { get; }

    /// <summary>Raised when another process wrote, by a backend that is told of it at once; with the requests that changed, null where
    /// that is not known.</summary>
    event Action<IReadOnlyList<string>?>? ChangedElsewhere;

    /// <summary>Reads; sees every commit made before.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be used.</exception>
    Task<T> ReadAsync<T>(Func<StoreSession, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>Reads and writes in one transaction, which is durable when this returns.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store cannot be used. If the connection broke while it committed, the transaction may have taken effect: whoever cares reads it
    /// again.
    /// </exception>
    Task<T> WriteAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>The same, before this process's other writes that wait: for what has a lease, which runs out.</summary>
    /// <exception cref="StoreUnavailableException">As of <see cref="WriteAsync"/>.</exception>
    Task<T> WriteFirstAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken) =>
        WriteAsync(write, cancellationToken);

    /// <summary>
    /// Runs one statement on which no other write builds and of which nobody is to be told; durable when this returns. It need not wait for
    /// other writes, nor any for it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be used.</exception>
    Task NoteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        WriteAsync(session => session.ExecuteAsync(sql, parameters), cancellationToken);

    /// <summary>Whether another process may have written since this was last asked. Cheap enough to be asked several times a
    /// second.</summary>
    Task<bool> HasChangedElsewhereAsync(CancellationToken cancellationToken);
}

/// <summary>The store cannot be used (now); the message says why, for people.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it is there, and others keep it busy.</summary>
    public bool IsBusy { get; init; }
}
