using System.Data.Common;
using System.Text.Json;
using McpRollout.Audit;
using McpRollout.Broker.Policies;
using McpRollout.Person;
using McpRollout.Rollouts;

namespace McpRollout.Broker.Storage;

/// <summary>Keeps requests, and with each transition its audit records.</summary>
internal sealed class RequestStore(IDatabase database, AuditLog audit, StoreSignal signal)
{
    /// <summary>Counts up with each change this process knows of; read it before reading requests, then wait with it.</summary>
    public long Version => signal.Version;

    /// <summary>Names this store, so that two processes can tell whether they share it.</summary>
    public Task<string> IdentifyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await session.ScalarAsync<string>("SELECT identity FROM store").ConfigureAwait(false))!, cancellationToken);

    /// <summary>The request, or null.</summary>
    public Task<UndoRequest?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    /// <summary>What was known when the request was made; null for one that was made before there were dossiers.</summary>
    public Task<Dossier?> DossierOfAsync(UndoRequest request, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.ScalarAsync<string>("SELECT dossier FROM requests WHERE id = @id", ("@id", request.Id)).ConfigureAwait(false) is { } kept
            ? JsonSerializer.Deserialize(kept, BrokerJson.Default.Dossier)
            : request.Before?.Deserialize(BrokerJson.Default.Dossier),
        cancellationToken);

    /// <summary>The requests that are not finished, oldest first.</summary>
    public Task<IReadOnlyList<UndoRequest>> ListUnfinishedAsync(CancellationToken cancellationToken) =>
        ListAsync("SELECT body FROM requests WHERE finished = 0 ORDER BY created_at", [], cancellationToken);

    /// <summary>All open requests and then as many of the others, each newest first.</summary>
    public Task<IReadOnlyList<UndoRequest>> ListRecentAsync(int limit, CancellationToken cancellationToken) => ListAsync(
        """
        SELECT body FROM requests
        WHERE is_open = 1 OR id IN (SELECT id FROM requests WHERE is_open = 0 ORDER BY created_at DESC LIMIT @limit)
        ORDER BY is_open DESC, created_at DESC
        """,
        [("@limit", limit)],
        cancellationToken);

    /// <summary>The latest requests for this workload of the cluster at this address, newest first.</summary>
    public Task<IReadOnlyList<UndoRequest>> ListOfAsync(string server, WorkloadRef workload, int limit, CancellationToken cancellationToken) => ListAsync(
        "SELECT body FROM requests WHERE workload = @workload ORDER BY created_at DESC LIMIT @limit",
        [("@workload", KeyOf(server, workload)), ("@limit", limit)],
        cancellationToken);

    /// <summary>The open request for this workload of the cluster at this address, or null.</summary>
    public Task<UndoRequest?> FindOpenAsync(string server, WorkloadRef workload, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindOpenAsync(session, KeyOf(server, workload)), cancellationToken);

    /// <summary>
    /// Stores a new request, unless its workload has an open one: then that one is returned instead. Shows all that are open, or were made within
    /// <see cref="RequestLimits.Window"/>, to <paramref name="refusal"/> first, with nothing able to change in between.
    /// </summary>
    public async Task<UndoAnswer> AddAsync(
        UndoRequest request, Dossier? dossier, AuditDraft record, Func<IReadOnlyCollection<UndoRequest>, string?> refusal, CancellationToken cancellationToken)
    {
        var stored = await database.WriteAsync(
            async session =>
            {
                var workload = KeyOf(request.Plan.Server, request.Plan.Workload);
                if (await FindOpenAsync(session, workload).ConfigureAwait(false) is { } existing)
                    return UndoAnswer.Of(existing);
                var others = await session.RowsAsync(
                    "SELECT body FROM requests WHERE is_open = 1 OR created_at > @since",
                    Read,
                    ("@since", (request.CreatedAt - RequestLimits.Window).ToUnixTimeMilliseconds())).ConfigureAwait(false);
                if (refusal(others) is { } refused)
                    return UndoAnswer.Refused(UndoRefusalKind.TooMany, refused);
                await session.ExecuteAsync(
                    """
                    INSERT INTO requests (id, workload, is_open, finished, created_at, body, dossier)
                    VALUES (@id, @workload, @open, @finished, @created, @body, @dossier)
                    """,
                    [
                        ("@workload", workload), ("@created", request.CreatedAt.ToUnixTimeMilliseconds()),
                        ("@dossier", dossier is null ? null : JsonSerializer.Serialize(dossier, BrokerJson.Default.Dossier)), .. Columns(request),
                    ]).ConfigureAwait(false);
                await audit.AppendAsync(session, record.InTraceOf(request)).ConfigureAwait(false);
                return UndoAnswer.Of(request);
            },
            cancellationToken).ConfigureAwait(false);
        signal.Raise();
        return stored;
    }

    /// <summary>
    /// Shows the request as it is to <paramref name="decide"/>, with nothing able to change in between, and stores what it returns; null leaves all as it is.
    /// </summary>
    /// <returns>The request as it now is, or null if there is none.</returns>
    public Task<UndoRequest?> ChangeAsync(string id, Func<UndoRequest, RequestChange?> decide, CancellationToken cancellationToken) =>
        ChangeAsync(id, (_, request) => Task.FromResult(decide(request)), cancellationToken);

    /// <summary>The same, for what also depends on who may approve at that moment.</summary>
    public Task<UndoRequest?> ChangeAsync(
        string id, Func<UndoRequest, IReadOnlyList<Approver>, RequestChange?> decide, CancellationToken cancellationToken) => ChangeAsync(
        id, async (session, request) => decide(request, await ApproverDirectory.ListAsync(session).ConfigureAwait(false)), cancellationToken);

    /// <summary>Stores a record of something that changed no request.</summary>
    public async Task RecordAsync(AuditDraft record, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async session =>
            {
                var request = record.RequestId is { } id ? await FindAsync(session, id).ConfigureAwait(false) : null;
                return await audit.AppendAsync(session, record.InTraceOf(request)).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        signal.Raise();
    }

    /// <summary>Completes when something was stored: by this process, or, at the latest when the poll interval is over, by another.</summary>
    public Task WaitForChangeAsync(long seen, TimeSpan limit, TimeSpan poll, CancellationToken cancellationToken) =>
        signal.WaitAsync(seen, limit, poll, cancellationToken);

    /// <summary>Wakes this process's waiters to look again.</summary>
    public void Nudge() => signal.Raise();

    private async Task<UndoRequest?> ChangeAsync(
        string id, Func<StoreSession, UndoRequest, Task<RequestChange?>> decide, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(
            async session =>
            {
                if (await FindAsync(session, id).ConfigureAwait(false) is not { } before)
                    return null;
                if (await decide(session, before).ConfigureAwait(false) is not { } change)
                    return before;
                if (change.Next.State != before.State && (change.Records.Count == 0 || !before.State.MayBecome(change.Next.State)))
                    throw new InvalidOperationException($"{before.State} may not become {change.Next.State} with {change.Records.Count} records.");
                await session.ExecuteAsync(
                    "UPDATE requests SET is_open = @open, finished = @finished, body = @body WHERE id = @id", Columns(change.Next)).ConfigureAwait(false);
                foreach (var record in change.Records)
                    await audit.AppendAsync(session, record.InTraceOf(before)).ConfigureAwait(false);
                return change.Next;
            },
            cancellationToken).ConfigureAwait(false);
        signal.Raise();
        return changed;
    }

    private static (string Name, object? Value)[] Columns(UndoRequest request) =>
    [
        ("@id", request.Id),
        ("@open", request.State.IsOpen() ? 1L : 0L),
        ("@finished", request.IsFinished ? 1L : 0L),
        ("@body", JsonSerializer.Serialize(request, BrokerJson.Default.UndoRequest)),
    ];

    private static string KeyOf(string server, WorkloadRef workload) => $"{server} {workload.TypeName} {workload.Namespace} {workload.Name}";

    private static async Task<UndoRequest?> FindAsync(StoreSession session, string id) =>
        (await session.RowsAsync("SELECT body FROM requests WHERE id = @id", Read, ("@id", id)).ConfigureAwait(false)).SingleOrDefault();

    private static async Task<UndoRequest?> FindOpenAsync(StoreSession session, string workload) => (await session.RowsAsync(
        "SELECT body FROM requests WHERE workload = @workload AND is_open = 1", Read, ("@workload", workload)).ConfigureAwait(false)).SingleOrDefault();

    private static UndoRequest Read(DbDataReader row) => JsonSerializer.Deserialize(row.GetString(0), BrokerJson.Default.UndoRequest)!;

    private Task<IReadOnlyList<UndoRequest>> ListAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<UndoRequest>>(async session => await session.RowsAsync(sql, Read, parameters).ConfigureAwait(false), cancellationToken);
}
