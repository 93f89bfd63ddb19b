using System.Security.Cryptography;
using McpRollout.Approvals.Approvers;

namespace McpRollout.Approvals.Passkeys;

/// <summary>A passkey that a person's device made for this page.</summary>
/// <param name="Id">The credential's id, in base64url.</param>
/// <param name="Approver">Whose it is.</param>
/// <param name="Label">What the person called the device: their words.</param>
/// <param name="PublicKey">As COSE (RFC 9052), in base64url.</param>
/// <param name="Counter">How often the device says that it signed; 0 from devices that do not count.</param>
/// <param name="AddedAt">When it was enrolled.</param>
/// <param name="UsedAt">When it last decided or signed in; null if it never did.</param>
internal sealed record Passkey(
    string Id, string Approver, string Label, string PublicKey, long Counter, DateTimeOffset AddedAt, DateTimeOffset? UsedAt)
{
    /// <summary>What a person names the device by: 10 hex digits of its id's SHA-256.</summary>
    public string ShortId => ShortIdOf(Id);

    /// <summary>The short name of a credential's id.</summary>
    public static string ShortIdOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)))[..10];

    /// <summary>What devices know an enrolment by: it says nothing of the person, and ends with the enrolment.</summary>
    public static byte[] UserHandleOf(Approver approver) => SHA256.HashData(Encoding.UTF8.GetBytes(
        $"user\n{ApproverName.Read(approver.Name)!.Canonical}\n{approver.EnrolledAt.ToUnixTimeMilliseconds()}"));
}
