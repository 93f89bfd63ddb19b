using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>
/// A signed word on how far the audit had come. The signature is ECDSA with SHA-256, in DER, over the canonical JSON of the other members.
/// </summary>
/// <param name="Seq">The last record that it covers.</param>
/// <param name="Hash">That record's hash, and by the chain all records before it.</param>
/// <param name="Time">When it was signed.</param>
/// <param name="KeyId">SHA-256 of the signing key's SubjectPublicKeyInfo.</param>
/// <param name="Part">If a file ends with the record: the first record of that file.</param>
/// <param name="Signature">The signature, in base64.</param>
internal sealed record Checkpoint(
    long Seq, string Hash, string Time, [property: JsonPropertyName("key")] string KeyId, long? Part, string Signature)
{
    public static Checkpoint Sign(CheckpointKey key, AuditPosition end, long? part, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var unsigned = new Checkpoint(end.Seq, end.Hash, time, key.Id, part, "");
        return unsigned with { Signature = Convert.ToBase64String(key.Sign(unsigned.SignedBytes())) };
    }

    /// <summary>What every line begins with that this key signs for this record.</summary>
    public static string Beginning(AuditPosition end, string keyId) => $$"""{"hash":"{{end.Hash}}","key":"{{keyId}}","part":""";

    /// <summary>Whether this is what a crash or a power cut leaves of a checkpoint that was being written.</summary>
    /// <param name="torn">What stands behind the last line's end.</param>
    /// <param name="beginning">What the checkpoint began with, as far as that is known.</param>
    public static bool IsTornOff(ReadOnlySpan<byte> torn, string beginning = """{"hash":""")
    {
        var written = torn.TrimEnd((byte)0);
        return JsonLines.IsTornOff(written[..Math.Min(written.Length, beginning.Length)], Encoding.ASCII.GetBytes(beginning));
    }

    /// <summary>Reads a line; null if it is none.</summary>
    public static Checkpoint? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CheckpointJson.Default.Checkpoint);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The line in the file, without its end; canonical, so that it can be checked with tools at hand.</summary>
    public string ToLine() =>
        Encoding.UTF8.GetString(CanonicalJson.Bytes(JsonSerializer.SerializeToElement(this, CheckpointJson.Default.Checkpoint)));

    /// <summary>Whether the holder of this key signed it as it is.</summary>
    public bool IsSignedBy(ECDsa publicKey)
    {
        var signature = new byte[Signature.Length];
        return Convert.TryFromBase64String(Signature, signature, out var length)
            && publicKey.VerifyData(
                SignedBytes(), signature.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private byte[] SignedBytes()
    {
        var members = (JsonObject)JsonSerializer.SerializeToNode(this, CheckpointJson.Default.Checkpoint)!;
        members.Remove("signature");
        return CanonicalJson.Bytes(members);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Checkpoint))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
