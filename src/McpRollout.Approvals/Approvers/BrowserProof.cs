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

    private const string Purpose = "browser";
    private const int IdBytes = 16;

    /// <summary>A browser's new identity.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>The proof for this enrolment in this browser.</summary>
    public static string Make(byte[] key, Approver approver, string id, DateTimeOffset now) =>
        EnrolmentProof.Make(key, Purpose, approver, id, now);

    /// <summary>The browser's identity; null if the proof is not for this enrolment, or too old, or of another key.</summary>
    public static string? Read(byte[] key, Approver approver, string proof, DateTimeOffset now) =>
        EnrolmentProof.Read(key, Purpose, approver, proof, Lifetime, now);
}
