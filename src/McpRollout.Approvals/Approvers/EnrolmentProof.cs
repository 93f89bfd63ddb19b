using System.Buffers.Text;
using System.Security.Cryptography;

namespace McpRollout.Approvals.Approvers;

/// <summary>
/// What a browser keeps of an enrolment: a content, the time of issue, and what only the store's key can make of both. It is good for one
/// purpose and no other, and ends with the enrolment: who was removed and enrolled again is another.
/// </summary>
internal static class EnrolmentProof
{
    /// <summary>Makes one.</summary>
    /// <param name="key">The store's key.</param>
    /// <param name="purpose">What it is good for.</param>
    /// <param name="approver">Whose it is.</param>
    /// <param name="content">What it says, without a dot.</param>
    /// <param name="now">The time of issue.</param>
    public static string Make(byte[] key, string purpose, Approver approver, string content, DateTimeOffset now)
    {
        var signed = $"{content}.{now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
        return $"{signed}.{Signature(key, purpose, approver, signed)}";
    }

    /// <summary>The content; null if the proof is not for this purpose and enrolment, or too old, or of another key.</summary>
    public static string? Read(byte[] key, string purpose, Approver approver, string proof, TimeSpan lifetime, DateTimeOffset now)
    {
        if (proof.Split('.') is not [var content, var issued, var signature]
            || !long.TryParse(issued, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return null;
        var age = now.ToUnixTimeSeconds() - seconds;
        return CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(signature),
                Encoding.UTF8.GetBytes(Signature(key, purpose, approver, $"{content}.{issued}")))
            && age <= lifetime.TotalSeconds
            ? content
            : null;
    }

    private static string Signature(byte[] key, string purpose, Approver approver, string signed) => Base64Url.EncodeToString(
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(
            $"{purpose}\n{ApproverName.Read(approver.Name)!.Canonical}\n{approver.EnrolledAt.ToUnixTimeMilliseconds()}\n{signed}")));
}
