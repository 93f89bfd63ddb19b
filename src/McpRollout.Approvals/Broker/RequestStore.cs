using System.Collections.Concurrent;
using System.Data.Common;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Broker;

/// <summary>Keeps requests, and with each transition its audit records.</summary>
internal sealed class RequestStore(IDatabase database, AuditLog audit, StoreSignal signal)
{
    // How many earlier requests of a workload are looked through for denials.
    private const int Recalled = 50;

    // How many requests are known to have been changed here; they are of use for moments.
    private const int Kept = 1000;

    private readonly ConcurrentDictionary<string, bool> _changedHere = new(StringComparer.Ordinal);

    /// <summary>Counts up with each change this process knows of; read it before reading requests, then wait with it.</summary>
    public long Version => signal.Version;

    /// <summary>Names this store, so that two processes can tell whether they share it.</summary>
    public Task<string> IdentifyAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(async session => (await session.ScalarAsync<string>("SELECT identity FROM store"))!, cancellationToken);

    /// <summary>The request, or null.</summary>
    public Task<UndoRequest?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, id), cancellationToken);

    /// <summary>What was known when the request was made; null for one that was made before there were snapshots.</summary>
    public Task<RequestSnapshot?> SnapshotOfAsync(UndoRequest request, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.ScalarAsync<string>("SELECT dossier FROM requests WHERE id = @id", ("@id", request.Id)) is { } kept
            ? JsonSerializer.Deserialize(kept, RequestJson.Default.RequestSnapshot)
            : request.Before?.Deserialize(RequestJson.Default.RequestSnapshot),
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

    /// <summary>The requests that have paused an owner, the latest first.</summary>
    public Task<IReadOnlyList<UndoRequest>> ListPausingAsync(int limit, CancellationToken cancellationToken) => ListAsync(
        "SELECT body FROM requests WHERE paused_at IS NOT NULL ORDER BY paused_at DESC LIMIT @limit",
        [("@limit", (long)limit)],
        cancellationToken);

    /// <summary>The latest requests for this workload of the cluster at this address, newest first.</summary>
    public Task<IReadOnlyList<UndoRequest>> ListOfAsync(
        string server, WorkloadRef workload, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<UndoRequest>>(
            async session => await ListOfAsync(session, KeyOf(server, workload), limit), cancellationToken);

    /// <summary>The open request for this workload of the cluster at this address, or null.</summary>
    public Task<UndoRequest?> FindOpenAsync(string server, WorkloadRef workload, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindOpenAsync(session, KeyOf(server, workload)), cancellationToken);

    /// <summary>
    /// Stores a new request, with the denials before it, unless its workload has an open one: then that one is returned instead. Shows all
    /// that are open, or were made within <see cref="RequestLimits.Window"/>, to <paramref name="limit"/> first, with nothing able to
    /// change in between.
    /// </summary>
    public async Task<OpenResult> AddAsync(
        UndoRequest request,
        RequestSnapshot? snapshot,
        AuditDraft record,
        Func<IReadOnlyCollection<UndoRequest>, LimitReached?> limit,
        CancellationToken cancellationToken)
    {
        var opened = await database.WriteAsync(
            async session =>
            {
                var workload = KeyOf(request.Plan.Server, request.Plan.Workload);
                if (await FindOpenAsync(session, workload) is { } existing)
                    return new OpenResult(existing);
                var others = await session.RowsAsync(
                    "SELECT body FROM requests WHERE is_open = 1 OR created_at > @since", Read,
                    ("@since", (request.CreatedAt - RequestLimits.Window).ToUnixTimeMilliseconds()));
                if (limit(others) is { } reached)
                    return new OpenResult(null, reached);
                var earlier = await ListOfAsync(session, workload, Recalled);
                var asked = request with { EarlierDenials = EarlierDenials.Before(request, earlier) };
                await session.ExecuteAsync(
                    """
                    INSERT INTO requests (id, workload, is_open, finished, created_at, body, dossier)
                    VALUES (@id, @workload, @open, @finished, @created, @body, @snapshot)
                    """,
                    [
                        ("@workload", workload), ("@created", request.CreatedAt.ToUnixTimeMilliseconds()),
                        ("@snapshot", snapshot is null ? null : JsonSerializer.Serialize(snapshot, RequestJson.Default.RequestSnapshot)),
                        .. Columns(asked),
                    ]);
                await audit.AppendAsync(session, record);
                session.Change(request.Id);
                return new OpenResult(asked);
            },
            cancellationToken);
        signal.Raise([request.Id]);
        return opened;
    }

    /// <summary>
    /// Shows the request as it is, and who may approve at that moment, to <paramref name="transition"/>, with nothing able to change in
    /// between, and stores what it returns. Null changes nothing: no other write waits for it then, and nobody is woken.
    /// </summary>
    /// <returns>Null if there is no such request.</returns>
    public async Task<TransitionResult?> ChangeAsync(
        string id, Func<UndoRequest, IReadOnlyList<Approver>, RequestChange?> transition, CancellationToken cancellationToken)
    {
        var tried = await database.ReadAsync(session => TryAsync(session, id, transition), cancellationToken);
        if (tried?.Change is null)
            return tried;
        TransitionResult? stored;
        try
        {
            stored = tried.Before.State.IsClaimed()
                ? await database.WriteFirstAsync(ChangeAsync, cancellationToken)
                : await database.WriteAsync(ChangeAsync, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // It may have taken effect all the same.
            signal.Raise([id]);
            throw;
        }

        if (stored?.Change is not null)
        {
            if (_changedHere.Count > Kept)
                _changedHere.Clear();
            _changedHere[id] = true;
            signal.Raise([id]);
        }

        return stored;

        async Task<TransitionResult?> ChangeAsync(StoreSession session)
        {
            var result = await TryAsync(session, id, transition);
            if (result?.Change is { } change)
                await StoreAsync(session, result.Before, change);
            return result;
        }
    }

    /// <summary>Whether this process changed the request of late, and so is the one to go on with it.</summary>
    public bool IsChangedHere(string id) => _changedHere.ContainsKey(id);

    /// <summary>Stores a record of something that changed no request.</summary>
    public async Task RecordAsync(AuditDraft record, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => audit.AppendAsync(session, record), cancellationToken);
        signal.Raise([]);
    }

    /// <inheritdoc cref="StoreSignal.WaitAsync"/>
    public Task WaitForChangeAsync(
        long seen, TimeSpan limit, TimeSpan poll, CancellationToken cancellationToken, string? request = null) =>
        signal.WaitAsync(seen, limit, poll, cancellationToken, request);

    /// <summary>Wakes whoever in this process waits for the request, or for any, to look again; without one, everybody.</summary>
    public void WakeWaiters(string? id = null) => signal.Raise(id is null ? null : [id]);

    private static async Task<TransitionResult?> TryAsync(
        StoreSession session, string id, Func<UndoRequest, IReadOnlyList<Approver>, RequestChange?> transition) =>
        await FindAsync(session, id) is { } found
            ? new TransitionResult(found, transition(found, await ApproverDirectory.ListAsync(session)))
            : null;

    private async Task StoreAsync(StoreSession session, UndoRequest before, RequestChange change)
    {
        if (change.Next.State != before.State && (change.Records.Count == 0 || !before.State.MayBecome(change.Next.State)))
            throw new InvalidOperationException($"{before.State} may not become {change.Next.State} with {change.Records.Count} records.");
        await session.ExecuteAsync(
            "UPDATE requests SET is_open = @open, finished = @finished, body = @body, paused_at = @paused WHERE id = @id",
            [.. Columns(change.Next), ("@paused", change.Next.PausedAt?.ToUnixTimeMilliseconds())]);
        session.Change(before.Id);
        foreach (var record in change.Records)
            await audit.AppendAsync(session, record);
    }

    private static (string Name, object? Value)[] Columns(UndoRequest request) =>
    [
        ("@id", request.Id),
        ("@open", request.State.IsOpen() ? 1L : 0L),
        ("@finished", request.IsAtRest ? 1L : 0L),
        ("@body", JsonSerializer.Serialize(request, RequestJson.Default.UndoRequest)),
    ];

    private static string KeyOf(string server, WorkloadRef workload) =>
        $"{server} {workload.TypeName} {workload.Namespace} {workload.Name}";

    private static async Task<UndoRequest?> FindAsync(StoreSession session, string id) =>
        (await session.RowsAsync("SELECT body FROM requests WHERE id = @id", Read, ("@id", id))).SingleOrDefault();

    private static async Task<UndoRequest?> FindOpenAsync(StoreSession session, string workload) => (await session.RowsAsync(
        "SELECT body FROM requests WHERE workload = @workload AND is_open = 1", Read, ("@workload", workload))).SingleOrDefault();

    private static Task<List<UndoRequest>> ListOfAsync(StoreSession session, string workload, int limit) => session.RowsAsync(
        "SELECT body FROM requests WHERE workload = @workload ORDER BY created_at DESC LIMIT @limit", Read,
        ("@workload", workload), ("@limit", (long)limit));

    private static UndoRequest Read(DbDataReader row) => JsonSerializer.Deserialize(row.GetString(0), RequestJson.Default.UndoRequest)!;

    private Task<IReadOnlyList<UndoRequest>> ListAsync(
        string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<UndoRequest>>(async session => await session.RowsAsync(sql, Read, parameters), cancellationToken);
}

/// <summary>What became of a new request: stored, or the workload's open one in its place; or a limit kept it out.</summary>
internal sealed record OpenResult(UndoRequest? Request, LimitReached? Limit = null);
