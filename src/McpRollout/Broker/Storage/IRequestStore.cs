using McpRollout.Audit;
using McpRollout.Rollouts;

namespace McpRollout.Broker.Storage;

/// <summary>Keeps requests, and with each transition its audit record.</summary>
internal interface IRequestStore
{
    /// <summary>Names this store, so that two processes can tell whether they share it.</summary>
    Task<string> IdentifyAsync(CancellationToken cancellationToken);

    /// <summary>The request, or null.</summary>
    Task<UndoRequest?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The requests that are not finished, oldest first.</summary>
    Task<IReadOnlyList<UndoRequest>> ListUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>All open requests and then as many of the others, each newest first.</summary>
    Task<IReadOnlyList<UndoRequest>> ListRecentAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The open request for this workload of the cluster at this address, or null.</summary>
    Task<UndoRequest?> FindOpenAsync(string server, WorkloadRef workload, CancellationToken cancellationToken);

    /// <summary>Stores a new request, unless its workload has an open one: then that one is returned instead.</summary>
    Task<UndoRequest> AddAsync(UndoRequest request, AuditDraft record, CancellationToken cancellationToken);

    /// <summary>
    /// Shows the request as it is to <paramref name="decide"/>, with nothing able to change in between, and stores what it returns; null leaves all as it is.
    /// </summary>
    /// <returns>The request as it now is, or null if there is none.</returns>
    Task<UndoRequest?> ChangeAsync(string id, Func<UndoRequest, RequestChange?> decide, CancellationToken cancellationToken);

    /// <summary>Stores a record of something that changed no request.</summary>
    Task RecordAsync(AuditDraft record, CancellationToken cancellationToken);

    /// <summary>Completes when something was stored, by this process or, within the poll interval, by another.</summary>
    Task WaitForChangeAsync(long seen, TimeSpan limit, TimeSpan poll, CancellationToken cancellationToken);

    /// <summary>Wakes this process's waiters to look again.</summary>
    void Nudge();

    /// <summary>Counts up with each change this process knows of; read it before reading requests, then wait with it.</summary>
    long Version { get; }
}
