using Npgsql;

namespace McpRollout.Approvals.Storage;

/// <summary>
/// The store for several replicas and hosts: a PostgreSQL database. A write locks the one row of <c>store</c> first, and so waits for every
/// other; other processes are told of its commit by a notification.
/// </summary>
internal sealed partial class PostgresDatabase : IDatabase, IAsyncDisposable
{
    private const string Schema = "mcp_rollout";
    private const int PatienceSeconds = 30;

    // A client that froze within a transaction must not keep all others out; and a role or database that commits before the disk has it is
    // overruled.
    private const string SessionSettings = "-c idle_in_transaction_session_timeout=30s -c synchronous_commit=on";

    // Notices a connection that died without a word: that of LISTEN would else wait for good.
    private const int KeepAliveSeconds = 10;

    /// <summary>The clocks of hosts that share a store decide together about lifetimes and leases.</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger<PostgresDatabase> _logger;
    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _opening = new(1);
    private readonly SemaphoreSlim _beginning = new(1);
    private readonly WriteLine _writes;
    private readonly CancellationTokenSource _stop = new();
    private readonly string _schema;
    private readonly string _self = Guid.NewGuid().ToString("N");
    private Task? _listening;
    private bool _ready;

    public PostgresDatabase(IOptions<StorageOptions> options, TimeProvider time, ILogger<PostgresDatabase> logger)
    {
        (_time, _logger) = (time, logger);
        var settings = new NpgsqlConnectionStringBuilder(options.Value.Postgres)
        {
            ApplicationName = "mcp-rollout",
            Timeout = PatienceSeconds,
            CommandTimeout = PatienceSeconds,
            KeepAlive = KeepAliveSeconds,
        };
        settings.Options = $"{settings.Options} {SessionSettings}".TrimStart();
        _schema = settings.SearchPath ??= Schema;
        Place = $"{settings.Database ?? settings.Username} on {settings.Host}:{settings.Port} (PostgreSQL)";
        _writes = new WriteLine(Place, TimeSpan.FromSeconds(PatienceSeconds));
        _source = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).EnableTransportSecurity().Build();
    }

    public event Action<IReadOnlyList<string>?>? ChangedElsewhere;

    public string Place { get; }

    public Task<T> ReadAsync<T>(Func<StoreSession, Task<T>> read, CancellationToken cancellationToken) =>
        UseAsync((_, session) => read(session), cancellationToken);

    public Task<T> WriteAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken) =>
        _writes.WriteAsync(() => TransactAsync(write, cancellationToken), cancellationToken);

    public Task<T> WriteFirstAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken) =>
        _writes.WriteFirstAsync(() => TransactAsync(write, cancellationToken), cancellationToken);

    /// <summary>Takes neither the row that all other writes wait for, nor wakes anybody: what a replica notes for itself after each record
    /// would else be a write of all in the way of all, and wake them.</summary>
    public Task NoteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        UseAsync((_, session) => session.ExecuteAsync(sql, parameters), cancellationToken);

    /// <summary>Sees to it that this process listens; whenever it begins to, something may have been missed.</summary>
    public async Task<bool> HasChangedElsewhereAsync(CancellationToken cancellationToken)
    {
        await _beginning.WaitAsync(cancellationToken);
        try
        {
            if (_listening is { IsCompleted: false })
                return false;
            _listening = ListenAsync(await BeginToListenAsync(cancellationToken));
        }
        catch (Exception failure) when (IsUnavailable(failure))
        {
            LogNotListening(_logger, Unavailable(failure).Message);
        }
        finally
        {
            _beginning.Release();
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_listening is { } listening)
            await listening;
        await _source.DisposeAsync();
        _opening.Dispose();
        _beginning.Dispose();
        _writes.Dispose();
        _stop.Dispose();
    }

    private Task<T> TransactAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken) => UseAsync(
        async (connection, session) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await session.ExecuteAsync("SELECT identity FROM store FOR UPDATE");
            var result = await write(session);

            // Others would look again for nothing, and some would write again for nothing.
            if (session.HasWritten)
                await session.ExecuteAsync("SELECT pg_notify('mcp_rollout', @news)", ("@news", Notice.Of(_self, session.Changed)));

            // A commit that was begun is not called back: whether it took effect would be unknown.
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        },
        cancellationToken);

    private async Task<T> UseAsync<T>(Func<NpgsqlConnection, StoreSession, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            return await use(connection, new StoreSession(connection, cancellationToken));
        }
        catch (Exception failure) when (IsUnavailable(failure))
        {
            throw Unavailable(failure);
        }
    }

    private async Task<NpgsqlConnection> BeginToListenAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        try
        {
            await new StoreSession(connection, cancellationToken).ExecuteAsync("LISTEN mcp_rollout");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection)
    {
        connection.Notification += (_, notification) =>
        {
            if (Notice.Read(notification.Payload, out var changed) != _self)
                ChangedElsewhere?.Invoke(changed);
        };
        await using (connection)
        {
            try
            {
                while (true)
                    await connection.WaitAsync(_stop.Token);
            }
            catch (Exception failure) when (IsUnavailable(failure))
            {
                LogNotListening(_logger, Unavailable(failure).Message);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await EnsureReadyAsync(cancellationToken);
        return await _source.OpenConnectionAsync(cancellationToken);
    }

    private async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ready))
            return;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_ready)
                return;
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await CompareClocksAsync(new StoreSession(connection, cancellationToken));
            await MigrateAsync(connection, cancellationToken);
            Volatile.Write(ref _ready, true);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var session = new StoreSession(connection, cancellationToken);
        await session.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtext(@schema))", ("@schema", _schema));
        if (!await session.ScalarAsync<bool>("SELECT to_regclass('schema_steps') IS NOT NULL"))
        {
            await session.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS \"{_schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            await session.ExecuteAsync("CREATE TABLE schema_steps (taken bigint NOT NULL); INSERT INTO schema_steps VALUES (0)");
        }

        var taken = await session.ScalarAsync<long>("SELECT taken FROM schema_steps");
        foreach (var step in StoreSchema.Missing(StoreSchema.Postgres, taken, Place))
            await session.ExecuteAsync(step);
        await session.ExecuteAsync("UPDATE schema_steps SET taken = @taken", ("@taken", (long)StoreSchema.Postgres.Count));
        await transaction.CommitAsync(CancellationToken.None);
    }

    private async Task CompareClocksAsync(StoreSession session)
    {
        var before = _time.GetUtcNow();
        var theirs = await session.ScalarAsync<long>("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
        var skew = (DateTimeOffset.FromUnixTimeMilliseconds(theirs) - before).Duration();
        if (skew > LargestSkew)
            LogSkew(_logger, (long)skew.TotalSeconds);
    }

    private static bool IsUnavailable(Exception failure) =>
        failure is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException;

    private StoreUnavailableException Unavailable(Exception failure) =>
        new($"The store {Place} cannot be used: {failure.Message}", failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Failure} Changes of other instances are looked for until it answers again.")]
    private static partial void LogNotListening(ILogger logger, string failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "This machine's clock differs from the store's by {Seconds} s. Lifetimes and leases "
        + "of hosts that share the store go wrong by as much: synchronise the clocks.")]
    private static partial void LogSkew(ILogger logger, long seconds);
}
