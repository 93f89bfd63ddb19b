using System.Buffers;
using System.Security.Cryptography;

namespace McpRollout.Mcp.Tools;

/// <summary>
/// What a client carries while it opens a request's page: the request's id, sealed for this caller and these arguments. Any server of the
/// store knows a seal of another one. A side that has no store serves one agent alone, and its seals hold for as long as it runs.
/// </summary>
internal sealed class OpeningSeal(ProofKey key, IOptions<ApprovalOptions> options)
{
    /// <summary>Characters of the longest that is looked at.</summary>
    private const int Longest = 200;

    private readonly byte[] _ofThisProcess = RandomNumberGenerator.GetBytes(32);

    /// <summary>Seals a request's id.</summary>
    public async Task<string> SealAsync(string id, GivenCall call, CancellationToken cancellationToken)
    {
        var code = HMACSHA256.HashData(await KeyAsync(cancellationToken), Sealed(id, call));
        return $"{id}.{Convert.ToHexStringLower(code)}";
    }

    /// <summary>The request's id; null if it was not sealed here, or for another caller or other arguments.</summary>
    public async Task<string?> OpenAsync(string state, GivenCall call, CancellationToken cancellationToken)
    {
        if (state.Length > Longest || state.LastIndexOf('.') is not (> 0 and var end))
            return null;
        try
        {
            var (id, right) = (state[..end], await SealAsync(state[..end], call, cancellationToken));
            return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(right), Encoding.UTF8.GetBytes(state)) ? id : null;
        }
        catch (JsonException)
        {
            // Arguments without a canonical form were never sealed.
            return null;
        }
    }

    private async Task<byte[]> KeyAsync(CancellationToken cancellationToken) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, options.Value.Host ? await key.ReadAsync(cancellationToken) : _ofThisProcess, 32,
        info: "page-opening"u8.ToArray());

    // Whom a token names is by the token; what a client says of itself is nothing to go by.
    private static byte[] Sealed(string id, GivenCall call)
    {
        var caller = call.Requester;
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("request", id);
        writer.WriteString("user", caller.User);
        writer.WriteBoolean("by_token", caller.IsByToken);
        writer.WriteString("client", caller.IsClientByToken ? caller.Client : null);
        writer.WriteString("issuer", caller.Identity?.Issuer);
        writer.WriteString("subject", caller.Identity?.Subject);
        writer.WriteString("person", caller.OnBehalfOf);
        writer.WriteStartObject("arguments");
        foreach (var (name, value) in call.Arguments)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return CanonicalJson.Bytes(document.RootElement);
    }
}
