using System.Security.Cryptography;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Approvers;

/// <summary>The store's key, which signs what browsers keep. All processes of a store share it.</summary>
internal sealed class ProofKey(IDatabase database)
{
    private const int Bytes = 32;

    /// <summary>Reads it; whoever comes first makes it.</summary>
    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken) => Convert.FromHexString(
        await database.ReadAsync(ReadAsync, cancellationToken)
        ?? await database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    "INSERT INTO browser_key (id, key) VALUES (1, @key) ON CONFLICT (id) DO NOTHING",
                    ("@key", RandomNumberGenerator.GetHexString(2 * Bytes)));
                return (await ReadAsync(session))!;
            },
            cancellationToken));

    private static Task<string?> ReadAsync(StoreSession session) => session.ScalarAsync<string>("SELECT key FROM browser_key");
}
