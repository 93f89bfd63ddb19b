using System.Security.Cryptography;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>By what a receiver knows that a body is ours, and new.</summary>
internal static class BodySignature
{
    /// <summary>Adds it: the HMAC-SHA256 of the timestamp (seconds since 1970), a full stop and the body, in lower-case hex. The key is
    /// read each time, so that a renewed one needs no restart.</summary>
    public static void Add(HttpRequestMessage request, byte[] body, string secretFile, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{timestamp}."), .. body];
        request.Headers.Add("X-McpRollout-Timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(
            "X-McpRollout-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(SecretFile.Read(secretFile), signed)));
    }
}
