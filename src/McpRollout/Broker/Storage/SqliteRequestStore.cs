using System.Text.Json;
using McpRollout.Audit;
using McpRollout.Rollouts;
using Microsoft.Data.Sqlite;

namespace McpRollout.Broker.Storage;

/// <summary>Requests in the embedded store.</summary>
internal sealed class SqliteRequestStore(SqliteDatabase database, SqliteAuditLog audit, StoreSignal signal) : IRequestStore
{
    /// <inheritdoc/>
    public long Version => signal.Version;

    /// <inheritdoc/>
    public Task<string> IdentifyAsync(CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => connection.Scalar<string>("SELECT identity FROM store")!));

    /// <inheritdoc/>
    public Task<UndoRequest?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => Find(connection, id)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<UndoRequest>> ListUnfinishedAsync(CancellationToken cancellationToken) =>
        List("SELECT body FROM requests WHERE finished = 0 ORDER BY created_at");

    /// <inheritdoc/>
    public Task<IReadOnlyList<UndoRequest>> ListRecentAsync(int limit, CancellationToken cancellationToken) =>
        List(
            """
            SELECT body FROM requests
            WHERE is_open = 1 OR id IN (SELECT id FROM requests WHERE is_open = 0 ORDER BY created_at DESC LIMIT $limit)
            ORDER BY is_open DESC, created_at DESC
            """,
            ("$limit", limit));

    /// <inheritdoc/>
    public Task<UndoRequest?> FindOpenAsync(string server, WorkloadRef workload, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => FindOpen(connection, KeyOf(server, workload))));

    /// <inheritdoc/>
    public Task<UndoRequest> AddAsync(UndoRequest request, AuditDraft record, CancellationToken cancellationToken)
    {
        var stored = database.Write(connection =>
        {
            var workload = KeyOf(request.Plan.Server, request.Plan.Workload);
            if (FindOpen(connection, workload) is { } existing)
                return existing;
            connection.Execute(
                """
                INSERT INTO requests (id, workload, is_open, finished, created_at, body)
                VALUES ($id, $workload, $open, $finished, $created, $body)
                """,
                [("$workload", workload), ("$created", request.CreatedAt.ToUnixTimeMilliseconds()), .. Columns(request)]);
            audit.Append(connection, record);
            return request;
        });
        signal.Raise();
        return Task.FromResult(stored);
    }

    /// <inheritdoc/>
    public Task<UndoRequest?> ChangeAsync(string id, Func<UndoRequest, RequestChange?> decide, CancellationToken cancellationToken)
    {
        var changed = database.Write(connection =>
        {
            if (Find(connection, id) is not { } before)
                return null;
            if (decide(before) is not var (next, record))
                return before;
            if (next.State != before.State && (record is null || !before.State.MayBecome(next.State)))
                throw new InvalidOperationException($"{before.State} may not become {next.State} with record {record?.Event}.");
            connection.Execute(
                "UPDATE requests SET is_open = $open, finished = $finished, body = $body WHERE id = $id", [.. Columns(next)]);
            if (record is not null)
                audit.Append(connection, record);
            return next;
        });
        signal.Raise();
        return Task.FromResult(changed);
    }

    /// <inheritdoc/>
    public Task RecordAsync(AuditDraft record, CancellationToken cancellationToken)
    {
        database.Write(connection => audit.Append(connection, record));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(long seen, TimeSpan limit, TimeSpan poll, CancellationToken cancellationToken) =>
        signal.WaitAsync(seen, limit, poll, cancellationToken);

    /// <inheritdoc/>
    public void Nudge() => signal.Raise();

    private static (string Name, object? Value)[] Columns(UndoRequest request) =>
    [
        ("$id", request.Id),
        ("$open", request.State.IsOpen() ? 1 : 0),
        ("$finished", request.IsFinished ? 1 : 0),
        ("$body", JsonSerializer.Serialize(request, BrokerJson.Default.UndoRequest)),
    ];

    private static string KeyOf(string server, WorkloadRef workload) => $"{server} {workload.TypeName} {workload.Namespace} {workload.Name}";

    private static UndoRequest? Find(SqliteConnection connection, string id) =>
        connection.Rows("SELECT body FROM requests WHERE id = $id", Read, ("$id", id)) is [var found] ? found : null;

    private static UndoRequest? FindOpen(SqliteConnection connection, string workload) =>
        connection.Rows("SELECT body FROM requests WHERE workload = $workload AND is_open = 1", Read, ("$workload", workload)) is [var found]
            ? found
            : null;

    private static UndoRequest Read(SqliteDataReader row) => JsonSerializer.Deserialize(row.GetString(0), BrokerJson.Default.UndoRequest)!;

    private Task<IReadOnlyList<UndoRequest>> List(string sql, params (string Name, object? Value)[] parameters) =>
        Task.FromResult<IReadOnlyList<UndoRequest>>(database.Read(connection => connection.Rows(sql, Read, parameters)));
}
