using System.Buffers.Text;
using System.Security.Cryptography;

namespace McpRollout.Approvals.Approvers;

/// <summary>
/// What a browser shows to be counted apart from strangers: that this enrolment's passphrase was once given in it. It is no proof of who
/// sits before it, and opens nothing.
/// </summary>
internal static class BrowserProof
{
    /// <summary>How long it is good for; each decision makes it anew.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    private const int IdBytes = 16;

    /// <summary>A browser's new identity.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>The proof for this enrolment in this browser: identity, time of issue, and what only the store's key can make of
    /// both.</summary>
    public static string Make(byte[] key, Approver approver, string id, DateTimeOffset now)
    {
        var signed = $"{id}.{now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(key, approver, signed))}";
    }

    /// <summary>The browser's identity; null if the proof is not for this enrolment, or too old, or of another key.</summary>
    public static string? Read(byte[] key, Approver approver, string proof, DateTimeOffset now)
    {
        if (proof.Split('.') is not [var id, var issued, var signature]
            || !long.TryParse(issued, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        var age = now.ToUnixTimeSeconds() - seconds;
        return CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Base64Url.EncodeToString(Sign(key, approver, $"{id}.{issued}"))))
            && age <= Lifetime.TotalSeconds
            ? id
            : null;
    }

    // Who was removed and enrolled again is another.
    private static byte[] Sign(byte[] key, Approver approver, string signed) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(
        $"browser\n{ApproverName.Read(approver.Name)!.Canonical}\n{approver.EnrolledAt.ToUnixTimeMilliseconds()}\n{signed}"));
}
