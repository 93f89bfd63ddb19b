using System.Buffers.Text;
using System.Security.Cryptography;
using Fido2NetLib;
using Fido2NetLib.Exceptions;
using Fido2NetLib.Objects;

namespace McpRollout.Approvals.Passkeys;

/// <summary>
/// Checks what passkeys signed (WebAuthn Level 2, 7.1 and 7.2). It needs no store: who checks a receipt does it on a machine that has
/// nothing else.
/// </summary>
internal static class PasskeyCheck
{
    /// <summary>What a passkey is asked to sign for a statement: its SHA-256.</summary>
    public static byte[] ChallengeOf(string statement) => SHA256.HashData(Encoding.UTF8.GetBytes(statement));

    /// <summary>Why the statement is not signed as it says; null if it is. Its counter is not looked at.</summary>
    public static async Task<PasskeyFault?> FaultOfAsync(SignedStatement signed) =>
        new[] { signed.Device, signed.PublicKey, signed.ClientData, signed.AuthenticatorData, signed.Signature }
            .All(part => Base64Url.IsValid(part))
            ? (await CheckAsync(
                new PasskeySite(signed.SiteId, signed.Origin),
                signed.Statement,
                new Passkey(signed.Device, "", "", signed.PublicKey, 0, default, null),
                new PasskeyAnswer(signed.Device, signed.ClientData, signed.AuthenticatorData, signed.Signature, ""))).Fault
            : PasskeyFault.BadSignature;

    /// <summary>Checks an answer by the passkey that it says it is of.</summary>
    /// <returns>Why it proves nothing, null if it does; and the device's counter.</returns>
    public static async Task<(PasskeyFault? Fault, long Counter)> CheckAsync(
        PasskeySite site, string statement, Passkey passkey, PasskeyAnswer answer)
    {
        var challenge = ChallengeOf(statement);
        if (FaultOfClientData(answer.ClientData, challenge, site) is { } foreign)
            return (foreign, 0);
        var (result, fault) = await AskAsync(() => Library(site).MakeAssertionAsync(new MakeAssertionParams
        {
            AssertionResponse = new AuthenticatorAssertionRawResponse
            {
                Id = answer.Id,
                RawId = Base64Url.DecodeFromChars(answer.Id),
                Type = PublicKeyCredentialType.PublicKey,
                Response = new AuthenticatorAssertionRawResponse.AssertionResponse
                {
                    ClientDataJson = Base64Url.DecodeFromChars(answer.ClientData),
                    AuthenticatorData = Base64Url.DecodeFromChars(answer.AuthenticatorData),
                    Signature = Base64Url.DecodeFromChars(answer.Signature),
                },
            },
            OriginalOptions = new AssertionOptions
            {
                Challenge = challenge,
                RpId = site.Id,
                UserVerification = UserVerificationRequirement.Required,
            },
            StoredPublicKey = Base64Url.DecodeFromChars(passkey.PublicKey),
            StoredSignatureCounter = (uint)passkey.Counter,
            IsUserHandleOwnerOfCredentialIdCallback = (_, _) => Task.FromResult(true),
        }));

        // The library takes a counter of 0 for a device that does not count, also where it counted before.
        return result is null ? (fault, 0)
            : result.SignCount <= passkey.Counter && passkey.Counter > 0 ? (PasskeyFault.CopiedKey, 0)
            : (null, result.SignCount);
    }

    /// <summary>Reads a new passkey; null with the fault if it does not hold. Which make of device it is, is not asked.</summary>
    public static Task<(RegisteredPublicKeyCredential? Made, PasskeyFault? Fault)> ReadNewAsync(
        PasskeySite site, byte[] challenge, NewPasskey passkey) => AskAsync(
            () => Library(site).MakeNewCredentialAsync(new MakeNewCredentialParams
            {
                AttestationResponse = new AuthenticatorAttestationRawResponse
                {
                    Id = passkey.Id,
                    RawId = Base64Url.DecodeFromChars(passkey.Id),
                    Type = PublicKeyCredentialType.PublicKey,
                    Response = new AuthenticatorAttestationRawResponse.AttestationResponse
                    {
                        AttestationObject = Base64Url.DecodeFromChars(passkey.Attestation),
                        ClientDataJson = Base64Url.DecodeFromChars(passkey.ClientData),
                    },
                },
                OriginalOptions = new CredentialCreateOptions
                {
                    Challenge = challenge,
                    Rp = new PublicKeyCredentialRpEntity(site.Id, PasskeySite.Name),
                    User = new Fido2User { Id = [0], Name = "", DisplayName = "" },
                    PubKeyCredParams = [PubKeyCredParam.ES256, PubKeyCredParam.RS256],
                    AuthenticatorSelection = new AuthenticatorSelection { UserVerification = UserVerificationRequirement.Required },
                    Attestation = AttestationConveyancePreference.None,
                },
                IsCredentialIdUniqueToUserCallback = (_, _) => Task.FromResult(true),
            }));

    private static async Task<(T? Result, PasskeyFault? Fault)> AskAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return (await ask(), null);
        }
#pragma warning disable CA1031 // Whatever a stranger sent that the library cannot read proves nothing; it throws more than its own kind.
        catch (Exception refused)
        {
            return (null, FaultOf(refused));
        }
#pragma warning restore CA1031
    }

    private static Fido2 Library(PasskeySite site) => new(new Fido2Configuration
    {
        RPID = site.Id,
        RPName = PasskeySite.Name,
        Origins = new HashSet<string> { site.Origin },
    });

    // The library tells a foreign challenge or origin in words only.
    private static PasskeyFault? FaultOfClientData(string clientData, byte[] challenge, PasskeySite site)
    {
        try
        {
            using var data = JsonDocument.Parse(Base64Url.DecodeFromChars(clientData));
            var signed = data.RootElement.GetProperty("challenge").GetString();
            if (signed is null || !Base64Url.IsValid(signed)
                || !CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signed), challenge))
                return PasskeyFault.OtherStatement;
            return data.RootElement.GetProperty("origin").GetString() == site.Origin ? null : PasskeyFault.OtherOrigin;
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return PasskeyFault.BadSignature;
        }
    }

    private static PasskeyFault FaultOf(Exception refused) => refused is not Fido2VerificationException { Code: var code }
        ? PasskeyFault.BadSignature
        : code switch
        {
            Fido2ErrorCode.InvalidRpidHash => PasskeyFault.OtherOrigin,
            Fido2ErrorCode.UserVerificationRequirementNotMet or Fido2ErrorCode.UserPresentFlagNotSet => PasskeyFault.UserNotVerified,
            Fido2ErrorCode.InvalidSignCount => PasskeyFault.CopiedKey,
            _ => PasskeyFault.BadSignature,
        };
}
