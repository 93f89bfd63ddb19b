namespace McpRollout.Approvals.Audit;

/// <summary>Takes the audit out of the store, to where others can read it.</summary>
internal interface IAuditSink
{
    /// <summary>Tells every record that the store has and the sink lacks, and returns when they are acknowledged.</summary>
    /// <exception cref="AuditUnavailableException">The records were not acknowledged.</exception>
    Task CatchUpAsync(CancellationToken cancellationToken);
}

/// <summary>The audit could not be written, so nothing may be done that it would have to tell of.</summary>
internal sealed class AuditUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
