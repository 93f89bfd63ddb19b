namespace McpRollout.Approvals.Approvers;

/// <summary>Tells browsers in which a person has proven themself before from strangers.</summary>
internal sealed class KnownBrowsers(ProofKey key, ApproverDirectory approvers, TimeProvider time)
{
    /// <summary>Where an attempt on the page comes from.</summary>
    /// <param name="name">The name that was typed.</param>
    /// <param name="proof">What the browser keeps for that name, if anything.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<AttemptSource> RecogniseAsync(string name, string? proof, CancellationToken cancellationToken) =>
        proof is not null
        && await approvers.FindAsync(name, cancellationToken) is { } approver
        && BrowserProof.Read(await key.ReadAsync(cancellationToken), approver, proof, time.GetUtcNow()) is { } id
            ? new AttemptSource.OfKnownBrowser(id)
            : AttemptSource.Stranger;

    /// <summary>What a browser is to keep after the name's passphrase was given in it; null if the approver was removed since.</summary>
    public async Task<string?> ProofAsync(string name, AttemptSource source, CancellationToken cancellationToken)
    {
        if (await approvers.FindAsync(name, cancellationToken) is not { } approver)
            return null;
        var id = source is AttemptSource.OfKnownBrowser known ? known.Id : BrowserProof.NewId();
        return BrowserProof.Make(await key.ReadAsync(cancellationToken), approver, id, time.GetUtcNow());
    }
}
