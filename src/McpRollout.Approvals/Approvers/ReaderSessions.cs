namespace McpRollout.Approvals.Approvers;

/// <summary>
/// Who has signed in to read. A session is what the browser keeps and nothing in the store: it ends after twelve hours, and at once when
/// the approver is removed or enrolled again.
/// </summary>
internal sealed class ReaderSessions(ProofKey key, ApproverDirectory approvers, TimeProvider time)
{
    /// <summary>Begins one for an approver whose passphrase was just given.</summary>
    public async Task<string> BeginAsync(Approver approver, CancellationToken cancellationToken) =>
        SessionProof.Make(await key.ReadAsync(cancellationToken), approver, time.GetUtcNow());

    /// <summary>Whose session this is; null if it is none that holds now.</summary>
    public async Task<Approver?> FindAsync(string session, CancellationToken cancellationToken) =>
        SessionProof.NameIn(session) is { } name
        && await approvers.FindAsync(name, cancellationToken) is { } approver
        && SessionProof.Holds(await key.ReadAsync(cancellationToken), approver, session, time.GetUtcNow())
            ? approver
            : null;
}
