using McpRollout.Approvals.Files;
using Microsoft.Data.Sqlite;

namespace McpRollout.Approvals.Storage;

/// <summary>
/// The embedded store: one SQLite file for all processes of this user. A write takes the file's write lock at once.
/// </summary>
internal sealed class SqliteDatabase(IOptions<StorageOptions> options) : IDatabase, IDisposable
{
    private const int BusyTimeoutSeconds = 10;

    private readonly Lock _opening = new();
    private readonly Lock _watching = new();
    private bool _ready;
    private SqliteConnection? _watcher;
    private long _dataVersion;

    /// <inheritdoc/>
    public event Action? ChangedElsewhere
    {
        // Nobody tells of a write to a file; HasChangedElsewhereAsync asks.
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public string Place { get; } = options.Value.FullPath;

    /// <inheritdoc/>
    public async Task<T> ReadAsync<T>(Func<StoreSession, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = Open();
            return await read(new StoreSession(connection, cancellationToken));
        }
        catch (SqliteException failure)
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>Writes in one transaction that is on disk (WAL, <c>synchronous=FULL</c>) when this returns.</summary>
    public async Task<T> WriteAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = Open();
            using var transaction = connection.BeginTransaction(deferred: false);
            var result = await write(new StoreSession(connection, cancellationToken));
            transaction.Commit();
            return result;
        }
        catch (SqliteException failure)
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>Asks SQLite's <c>data_version</c>, which reads nothing but the file's header.</summary>
    public Task<bool> HasChangedElsewhereAsync(CancellationToken cancellationToken)
    {
        lock (_watching)
        {
            _watcher ??= Open();
            var dataVersion = Scalar<long>(_watcher, "PRAGMA data_version");
            var changed = dataVersion != _dataVersion;
            _dataVersion = dataVersion;
            return Task.FromResult(changed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_watching)
            _watcher?.Dispose();
    }

    private SqliteConnection Open()
    {
        EnsureReady();
        var connection = Connect();
        Execute(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Place,
            DefaultTimeout = BusyTimeoutSeconds,
        }.ToString());
        connection.Open();
        return connection;
    }

    private void EnsureReady()
    {
        lock (_opening)
        {
            if (_ready)
                return;
            try
            {
                PrivateFiles.CreateFolder(Path.GetDirectoryName(Place)!);
                PrivateFiles.CreateFile(Place);
                using var connection = Connect();
                Execute(connection, "PRAGMA journal_mode = WAL");
                Migrate(connection);
                _ready = true;
            }
            catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new StoreUnavailableException(
                    $"The store {Place} cannot be opened: {failure.Message} Move the file away, or set Storage:Path to a file that can be "
                        + "written.", failure);
            }
        }
    }

    private void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var step in StoreSchema.Missing(StoreSchema.Sqlite, Scalar<long>(connection, "PRAGMA user_version"), Place))
            Execute(connection, step);
        Execute(connection, $"PRAGMA user_version = {StoreSchema.Sqlite.Count}");
        transaction.Commit();
    }

    private StoreUnavailableException Unavailable(SqliteException failure) =>
        new($"The store {Place} cannot be used: {failure.Message}", failure);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is always a constant of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static T Scalar<T>(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is always a constant of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (T)command.ExecuteScalar()!;
    }
}
