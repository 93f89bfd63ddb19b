using System.Buffers.Text;
using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Passkeys;

/// <summary>What a browser brings back from a passkey that was asked to sign; binary values are in base64url, without padding.</summary>
/// <param name="Id">The credential's id.</param>
/// <param name="ClientData">The <c>clientDataJSON</c>: what was signed, and on which site, in the browser's words.</param>
/// <param name="AuthenticatorData">The <c>authenticatorData</c>: for which site, whether its owner was verified, and a counter.</param>
/// <param name="Signature">Over the authenticator data and the SHA-256 of the client data.</param>
/// <param name="Nonce">The server's question that it answers.</param>
internal sealed record PasskeyAnswer(string Id, string ClientData, string AuthenticatorData, string Signature, string Nonce)
{
    /// <summary>The device's own name of its user, if it says one.</summary>
    public string? UserHandle { get; init; }

    /// <summary>Reads what the page's script sends; null if it is none.</summary>
    public static PasskeyAnswer? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PasskeyJson.Default.PasskeyAnswer) is { } answer
                && new[] { answer.Id, answer.ClientData, answer.AuthenticatorData, answer.Signature, answer.UserHandle ?? "" }
                    .All(part => Base64Url.IsValid(part))
                    ? answer
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a browser brings back from a new passkey; binary values are in base64url.</summary>
/// <param name="Id">The credential's id.</param>
/// <param name="ClientData">The <c>clientDataJSON</c>.</param>
/// <param name="Attestation">The <c>attestationObject</c>, with the public key.</param>
internal sealed record NewPasskey(string Id, string ClientData, string Attestation)
{
    /// <summary>Reads what the page's script sends; null if it is none.</summary>
    public static NewPasskey? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PasskeyJson.Default.NewPasskey) is { } made
                && Base64Url.IsValid(made.Id) && Base64Url.IsValid(made.ClientData) && Base64Url.IsValid(made.Attestation)
                    ? made
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// A statement with a passkey's signature over it: all that it takes to check later, anywhere, what its owner signed, and with which key.
/// </summary>
/// <param name="Statement">The canonical JSON of what was signed; its SHA-256 is the challenge.</param>
/// <param name="Device">The credential's id.</param>
/// <param name="PublicKey">The credential's public key, as COSE (RFC 9052) in base64url.</param>
/// <param name="SiteId">The relying party's id.</param>
/// <param name="Origin">Where the page was.</param>
/// <param name="ClientData">See <see cref="PasskeyAnswer.ClientData"/>.</param>
/// <param name="AuthenticatorData">See <see cref="PasskeyAnswer.AuthenticatorData"/>.</param>
/// <param name="Signature">See <see cref="PasskeyAnswer.Signature"/>.</param>
internal sealed record SignedStatement(
    string Statement,
    string Device,
    string PublicKey,
    string SiteId,
    string Origin,
    string ClientData,
    string AuthenticatorData,
    string Signature)
{
    /// <summary>As a record holds it.</summary>
    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, PasskeyJson.Default.SignedStatement)!;

    /// <summary>What a record holds; null if it is none.</summary>
    public static SignedStatement? Read(JsonNode? json)
    {
        try
        {
            return json?.Deserialize(PasskeyJson.Default.SignedStatement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PasskeyAnswer))]
[JsonSerializable(typeof(NewPasskey))]
[JsonSerializable(typeof(SignedStatement))]
internal sealed partial class PasskeyJson : JsonSerializerContext;
