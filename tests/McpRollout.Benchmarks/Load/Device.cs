using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Passkeys;

namespace McpRollout.Benchmarks.Load;

/// <summary>A device that holds one passkey and signs what it is asked to (WebAuthn Level 2, 6.1 and 6.5), with its owner always
/// verified.</summary>
internal sealed class Device(Uri site) : IDisposable
{
    private const byte PresentAndVerified = 0x05;
    private const byte WithKey = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);

    /// <summary>What a browser sends of a new passkey that attests nothing.</summary>
    public NewPasskey Make(byte[] challenge)
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;

        // COSE (RFC 9053): kty EC2, alg ES256, crv P-256, x, y.
        byte[] key = [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        byte[] data = [.. Data(PresentAndVerified | WithKey), .. new byte[16], 0, (byte)_id.Length, .. _id, .. key];

        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data,
        ];
        return new NewPasskey(
            Base64Url.EncodeToString(_id), Base64Url.EncodeToString(ClientData("webauthn.create", challenge)),
            Base64Url.EncodeToString(attestation));
    }

    /// <summary>What the page's script sends of an answer to the server's question.</summary>
    public string Sign(JsonNode question)
    {
        var clientData = ClientData("webauthn.get", Base64Url.DecodeFromChars(question["challenge"]!.GetValue<string>()));
        var data = Data(PresentAndVerified);
        var signature = _key.SignData(
            [.. data, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new JsonObject
        {
            ["id"] = Base64Url.EncodeToString(_id),
            ["client_data"] = Base64Url.EncodeToString(clientData),
            ["authenticator_data"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["nonce"] = question["nonce"]!.DeepClone(),
        }.ToJsonString();
    }

    public void Dispose() => _key.Dispose();

    // The counter stays 0, as that of a passkey that several devices share.
    private byte[] Data(byte flags)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, 0);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(site.Host)), flags, .. counter];
    }

    private byte[] ClientData(string type, byte[] challenge) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = type,
        ["challenge"] = Base64Url.EncodeToString(challenge),
        ["origin"] = site.GetLeftPart(UriPartial.Authority),
    }.ToJsonString());
}
