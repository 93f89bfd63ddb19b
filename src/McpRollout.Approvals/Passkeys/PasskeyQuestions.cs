using System.Buffers.Text;
using System.Security.Cryptography;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Passkeys;

/// <summary>
/// The server's nonces, each part of what a passkey signs. They are signed and not stored, so that nobody fills the store by asking; an
/// answer that holds is remembered until its question is too old.
/// </summary>
internal sealed class PasskeyQuestions(ProofKey key, TimeProvider time)
{
    /// <summary>How long a person may take to have their device sign.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const int NonceBytes = 32;

    /// <summary>A new one.</summary>
    public async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
        var asked = $"{nonce}.{time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
        return $"{asked}.{Signature(await key.ReadAsync(cancellationToken), asked)}";
    }

    /// <summary>Whether it was asked by a process of this store, and not too long ago.</summary>
    public async Task<bool> HoldsAsync(string nonce, CancellationToken cancellationToken)
    {
        var secret = await key.ReadAsync(cancellationToken);
        return nonce.Split('.') is [var random, var asked, var signature]
            && long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds) <= Lifetime.TotalSeconds
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Signature(secret, $"{random}.{asked}")));
    }

    /// <summary>Whether it was answered before.</summary>
    public static async Task<bool> IsTakenAsync(StoreSession session, string nonce) =>
        await session.ScalarAsync<long>("SELECT count(*) FROM used_nonces WHERE nonce = @nonce", ("@nonce", nonce)) > 0;

    /// <summary>Takes it as answered, in the caller's transaction; false if it was before.</summary>
    public async Task<bool> TakeAsync(StoreSession session, string nonce)
    {
        var now = time.GetUtcNow();
        await session.ExecuteAsync(
            "DELETE FROM used_nonces WHERE used_at < @old", ("@old", (now - (3 * Lifetime)).ToUnixTimeMilliseconds()));
        return await session.ExecuteAsync(
            "INSERT INTO used_nonces (nonce, used_at) VALUES (@nonce, @now) ON CONFLICT (nonce) DO NOTHING",
            ("@nonce", nonce),
            ("@now", now.ToUnixTimeMilliseconds())) == 1;
    }

    private static string Signature(byte[] key, string asked) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"nonce\n{asked}")));
}
