using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace McpRollout.Approvals.Broker;

/// <summary>A public key that is known beforehand, by the SHA-256 of its SubjectPublicKeyInfo.</summary>
internal sealed class PinnedKey
{
    private readonly byte[] _sha256;

    private PinnedKey(byte[] sha256) => _sha256 = sha256;

    /// <summary>Reads base64 or hex, with or without the <c>sha256//</c> before it that curl writes; null if it is neither.</summary>
    public static PinnedKey? Read(string text)
    {
        var digest = text.StartsWith("sha256//", StringComparison.Ordinal) ? text["sha256//".Length..] : text;
        if (digest.Length == 2 * SHA256.HashSizeInBytes && digest.All(char.IsAsciiHexDigit))
            return new PinnedKey(Convert.FromHexString(digest));
        var bytes = new byte[SHA256.HashSizeInBytes + 1];
        return Convert.TryFromBase64String(digest, bytes, out var length) && length == SHA256.HashSizeInBytes
            ? new PinnedKey(bytes[..length])
            : null;
    }

    /// <summary>Whether a certificate is for this key.</summary>
    public bool IsOf(X509Certificate2 certificate) =>
        SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()).AsSpan().SequenceEqual(_sha256);
}
