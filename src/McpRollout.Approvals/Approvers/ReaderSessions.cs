namespace McpRollout.Approvals.Approvers;

/// <summary>
/// Who has signed in to read. A session that began with a passphrase or a passkey is what the browser keeps and nothing in the store: it
/// ends after twelve hours, and at once when the approver is removed or enrolled again. One that began at the provider is among the
/// <see cref="SignIns"/>.
/// </summary>
internal sealed class ReaderSessions(ProofKey key, ApproverDirectory approvers, SignIns signIns, TimeProvider time)
{
    /// <summary>Begins one for an approver whose passphrase was just given.</summary>
    public async Task<string> BeginAsync(Approver approver, CancellationToken cancellationToken) =>
        SessionProof.Make(await key.ReadAsync(cancellationToken), approver, time.GetUtcNow());

    /// <summary>Whose session this is; null if it is none that holds now.</summary>
    public async Task<ReaderSession?> FindAsync(string session, CancellationToken cancellationToken)
    {
        if (!SessionProof.IsOne(session))
            return await signIns.FindAsync(session, cancellationToken) is { } signIn ? new ReaderSession(signIn.Approver, signIn) : null;
        return SessionProof.NameIn(session) is { } name
            && await approvers.FindAsync(name, cancellationToken) is { Identity: null } approver
            && SessionProof.Holds(await key.ReadAsync(cancellationToken), approver, session, time.GetUtcNow())
                ? new ReaderSession(approver, SignIn: null)
                : null;
    }

    /// <summary>Ends the session as far as the store has it, and with it all other sign-ins of its person.</summary>
    public Task EndAsync(string session, CancellationToken cancellationToken) =>
        SessionProof.IsOne(session) ? Task.CompletedTask : signIns.EndAsync(session, cancellationToken);
}
