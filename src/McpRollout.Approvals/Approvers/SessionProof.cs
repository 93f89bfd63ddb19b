using System.Buffers.Text;

namespace McpRollout.Approvals.Approvers;

/// <summary>What a browser shows to read: that this enrolment's passphrase was given in it today. It decides nothing.</summary>
internal static class SessionProof
{
    /// <summary>How long it is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const string Purpose = "session";

    /// <summary>The proof for this enrolment.</summary>
    public static string Make(byte[] key, Approver approver, DateTimeOffset now) =>
        EnrolmentProof.Make(key, Purpose, approver, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(approver.Name)), now);

    /// <summary>Whether a session is such a proof; one that began at the provider has no dot in it.</summary>
    public static bool IsOne(string session) => session.Contains('.');

    /// <summary>Whose it says to be, which proves nothing yet; null if it says nothing.</summary>
    public static string? NameIn(string proof)
    {
        var name = proof.Split('.')[0];
        return Base64Url.IsValid(name) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(name)) : null;
    }

    /// <summary>Whether it is for this enrolment, of this key, and not too old.</summary>
    public static bool Holds(byte[] key, Approver approver, string proof, DateTimeOffset now) =>
        EnrolmentProof.Read(key, Purpose, approver, proof, Lifetime, now) is not null;
}
