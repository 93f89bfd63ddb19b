using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace McpRollout.Broker.Storage;

/// <summary>
/// The embedded store: one SQLite file for all processes of this user. A write takes the file's write lock at once, so what it read stays true until it commits.
/// </summary>
internal sealed class SqliteDatabase(IOptions<StorageOptions> options)
{
    private const int BusyTimeoutSeconds = 10;

    private readonly Lock _opening = new();
    private bool _ready;

    /// <summary>The store's file.</summary>
    public string Path { get; } = options.Value.FullPath;

    /// <summary>Reads; sees the last commit.</summary>
    public T Read<T>(Func<SqliteConnection, T> read)
    {
        using var connection = Open();
        return read(connection);
    }

    /// <summary>Reads and writes in one transaction that is on disk (WAL, <c>synchronous=FULL</c>) when this returns.</summary>
    public T Write<T>(Func<SqliteConnection, T> write)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        var result = write(connection);
        transaction.Commit();
        return result;
    }

    /// <summary>A connection of the caller's own.</summary>
    public SqliteConnection Open()
    {
        EnsureReady();
        var connection = Connect();
        connection.Execute("PRAGMA synchronous = FULL");
        return connection;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
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
                PrivateFiles.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
                PrivateFiles.CreateFile(Path);
                using var connection = Connect();
                connection.Execute("PRAGMA journal_mode = WAL");
                SqliteSchema.Apply(connection);
                _ready = true;
            }
            catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new InvalidOperationException(
                    $"The store {Path} cannot be opened: {failure.Message} Move the file away, or set Storage:Path to a file that can be written.", failure);
            }
        }
    }
}
