using System.Buffers.Text;
using System.Security.Cryptography;

namespace McpRollout.Forwarding;

/// <summary>
/// How the approving side proves itself to an agent's side, which then sends its token: it knows the token's SHA-256, and so can answer a
/// challenge. Both the challenge and the answer name the address that was asked, so that whoever took one port cannot have the proof made
/// at another. A challenge is answered only if it too was made with the token: strangers get nothing to try tokens on.
/// </summary>
internal static class SideProof
{
    private const int NonceBytes = 32;

    /// <summary>A number for one challenge.</summary>
    public static string NewNonce() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <summary>What an agent's side sends.</summary>
    /// <param name="tokenSha256">SHA-256 of its token.</param>
    /// <param name="authority">Host and port that it asks.</param>
    /// <param name="nonce">A new <see cref="NewNonce"/>.</param>
    public static string Challenge(byte[] tokenSha256, string authority, string nonce) =>
        $"{nonce}.{Mac(tokenSha256, "agent's side", authority, nonce)}";

    /// <summary>What the approving side answers; null if the challenge was not made with this token for this address.</summary>
    public static string? Answer(byte[] tokenSha256, string authority, string challenge) =>
        challenge.Split('.') is [var nonce, _] && AreEqual(challenge, Challenge(tokenSha256, authority, nonce))
            ? AnswerTo(tokenSha256, authority, nonce)
            : null;

    /// <summary>Whether an answer is that of the approving side to this nonce.</summary>
    public static bool Proves(byte[] tokenSha256, string authority, string nonce, string answer) =>
        AreEqual(answer, AnswerTo(tokenSha256, authority, nonce));

    private static string AnswerTo(byte[] tokenSha256, string authority, string nonce) =>
        Mac(tokenSha256, "approving side", authority, nonce);

    private static string Mac(byte[] key, string side, string authority, string nonce) => Base64Url.EncodeToString(HMACSHA256.HashData(
        key, Encoding.UTF8.GetBytes($"mcp-rollout {side}\n{authority.ToLowerInvariant()}\n{nonce}")));

    private static bool AreEqual(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}

/// <summary>The approving side's answer to a challenge.</summary>
/// <param name="Proof">See <see cref="SideProof.Answer"/>.</param>
internal sealed record ProofDocument(string Proof);

/// <summary>Whoever answered did not prove to be the approving side; the token was not sent.</summary>
/// <param name="status">What it answered; 200 with a proof that does not hold.</param>
internal sealed class UnprovenException(System.Net.HttpStatusCode status) : IOException("it did not prove to be the approving side")
{
    /// <summary>What it answered.</summary>
    public System.Net.HttpStatusCode Status => status;
}
