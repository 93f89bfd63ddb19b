using System.Security.Cryptography;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Approvers;

/// <summary>Tells browsers in which a person has proven themself before from strangers. All processes of a store share its key.</summary>
internal sealed class KnownBrowsers(IDatabase database, ApproverDirectory approvers, TimeProvider time)
{
    private const int KeyBytes = 32;

    /// <summary>Where an attempt on the page comes from.</summary>
    /// <param name="name">The name that was typed.</param>
    /// <param name="proof">What the browser keeps for that name, if anything.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<AttemptSource> RecogniseAsync(string name, string? proof, CancellationToken cancellationToken) =>
        proof is not null
        && await approvers.FindAsync(name, cancellationToken) is { } approver
        && BrowserProof.Read(await KeyAsync(cancellationToken), approver, proof, time.GetUtcNow()) is { } id
            ? new AttemptSource.OfKnownBrowser(id)
            : AttemptSource.Stranger;

    /// <summary>What a browser is to keep after the name's passphrase was given in it; null if the approver was removed since.</summary>
    public async Task<string?> ProofAsync(string name, AttemptSource source, CancellationToken cancellationToken)
    {
        if (await approvers.FindAsync(name, cancellationToken) is not { } approver)
            return null;
        var id = source is AttemptSource.OfKnownBrowser known ? known.Id : BrowserProof.NewId();
        return BrowserProof.Make(await KeyAsync(cancellationToken), approver, id, time.GetUtcNow());
    }

    private async Task<byte[]> KeyAsync(CancellationToken cancellationToken) => Convert.FromHexString(
        await database.ReadAsync(ReadKeyAsync, cancellationToken)
        ?? await database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    "INSERT INTO browser_key (id, key) VALUES (1, @key) ON CONFLICT (id) DO NOTHING",
                    ("@key", RandomNumberGenerator.GetHexString(2 * KeyBytes)));
                return (await ReadKeyAsync(session))!;
            },
            cancellationToken));

    private static Task<string?> ReadKeyAsync(StoreSession session) => session.ScalarAsync<string>("SELECT key FROM browser_key");
}
