using System.Security.Cryptography;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>Shows the receiver who sent a record, and when.</summary>
internal static class WebhookSignature
{
    /// <summary>The header with the time of the attempt, in seconds since 1970.</summary>
    public const string TimestampHeader = "X-McpRollout-Timestamp";

    /// <summary>The header with the signature.</summary>
    public const string Header = "X-McpRollout-Signature";

    /// <summary><c>sha256=</c> and the HMAC-SHA256 of the timestamp, a full stop and the body, in lower-case hex.</summary>
    public static string Of(byte[] secret, long timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{timestamp}.")), .. body];
        return "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, signed));
    }
}
