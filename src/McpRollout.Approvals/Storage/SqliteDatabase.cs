using McpRollout.Approvals.Files;
using Microsoft.Data.Sqlite;

namespace McpRollout.Approvals.Storage;

/// <summary>The embedded store: one SQLite file for all processes of this user. A write takes the file's write lock at once.</summary>
internal sealed class SqliteDatabase(IOptions<StorageOptions> options) : IDatabase, IDisposable
{
    private const int BusyTimeoutSeconds = 10;

    private readonly Lock _opening = new();
    private readonly Lock _watching = new();
    private readonly KnownFile _file = new(options.Value.FullPath);
    private bool _ready;
    private SqliteConnection? _watcher;
    private long _dataVersion;

    public event Action<IReadOnlyList<string>?>? ChangedElsewhere
    {
        // Nobody tells of a write to a file; HasChangedElsewhereAsync asks.
        add { }
        remove { }
    }

    public string Place { get; } = options.Value.FullPath;

    public Task<T> ReadAsync<T>(Func<StoreSession, Task<T>> read, CancellationToken cancellationToken) =>
        UseAsync(connection => read(new StoreSession(connection, cancellationToken)));

    /// <summary>Writes in one transaction that is on disk (WAL, <c>synchronous=FULL</c>) when this returns.</summary>
    public Task<T> WriteAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken) => UseAsync(async connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);

        // While a connection is open its log is there, and what was committed to it last may be nowhere else.
        if (!File.Exists($"{Place}-wal"))
            throw NotTheSame($"its log, {Place}-wal, was deleted");
        var result = await write(new StoreSession(connection, cancellationToken));
        transaction.Commit();
        return result;
    });

    /// <summary>Asks SQLite's <c>data_version</c>, which reads nothing but the file's header.</summary>
    public Task<bool> HasChangedElsewhereAsync(CancellationToken cancellationToken)
    {
        lock (_watching)
        {
            var before = _dataVersion;
            _dataVersion = (long)Execute(_watcher ??= Open(), "PRAGMA data_version")!;
            return Task.FromResult(_dataVersion != before);
        }
    }

    public void Dispose()
    {
        lock (_watching)
            _watcher?.Dispose();
    }

    private async Task<T> UseAsync<T>(Func<SqliteConnection, Task<T>> use)
    {
        try
        {
            using var connection = Open();
            return await use(connection);
        }
        catch (SqliteException failure)
        {
            throw new StoreUnavailableException(IsBusy(failure) ? Busy : $"The store {Place} cannot be used: {failure.Message}", failure)
            {
                IsBusy = IsBusy(failure),
            };
        }
    }

    private string Busy =>
        $"The store {Place} has been locked by another process for {BusyTimeoutSeconds} seconds. A server that is stopped (T in ps) keeps "
            + "its lock: let it go on, or end it.";

    private static bool IsBusy(SqliteException failure) => failure.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY;

    private StoreUnavailableException NotTheSame(string what) => new(
        $"The store {Place} is not the one that this process began with: {what}. Nothing is written, and nothing sent to a cluster. Put it "
            + "back, or stop every server of this store and start them again on the one that is to be kept.");

    private SqliteConnection Open()
    {
        EnsureReady();

        // A pooled connection would go on writing to a file that nobody finds any more, and a new one begin an empty store.
        if (_file.IsExchanged)
            throw NotTheSame("the file was deleted, or another was put in its place");
        var connection = Connect();
        Execute(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    private SqliteConnection Connect()
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = Place, DefaultTimeout = BusyTimeoutSeconds };
        var connection = new SqliteConnection(settings.ToString());
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
                _file.Remember();
                _ready = true;
            }
            catch (SqliteException failure) when (IsBusy(failure))
            {
                throw new StoreUnavailableException(Busy, failure) { IsBusy = true };
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
        foreach (var step in StoreSchema.Missing(StoreSchema.Sqlite, (long)Execute(connection, "PRAGMA user_version")!, Place))
            Execute(connection, step);
        Execute(connection, $"PRAGMA user_version = {StoreSchema.Sqlite.Count}");
        transaction.Commit();
    }

    /// <returns>The first row's first column; null if there is no row.</returns>
    private static object? Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is always a constant of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
