using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace McpRollout.Web.Session;

/// <summary>A sign-in as a form sends it.</summary>
/// <param name="Name">The name that was typed.</param>
/// <param name="Passphrase">The passphrase.</param>
/// <param name="Return">Where the person wanted to go; see <see cref="ReturnPath"/>.</param>
/// <param name="Passkey">What a passkey signed, instead of a passphrase.</param>
internal sealed record SignInBody(string Name, string Passphrase, string Return, PasskeyAnswer? Passkey)
{
    private const int LongestName = 100;
    private const int LongestPassphrase = 1000;

    /// <summary>Reads it; null if it is no sign-in. Whoever leaves the fields empty gets as far as with a wrong passphrase.</summary>
    public static async Task<SignInBody?> ReadAsync(HttpRequest request)
    {
        try
        {
            using var form = new FormReader(await BodyText.ReadAsync(request)) { ValueCountLimit = 5 };
            var fields = form.ReadForm();
            return fields.GetValueOrDefault("approver") is [{ Length: <= LongestName } name]
                && fields.GetValueOrDefault("passphrase") is [{ Length: <= LongestPassphrase } passphrase]
                && PasskeyIn(fields) is var (isReadable, passkey) && isReadable
                    ? new SignInBody(name.Trim(), passphrase, ReturnPath.Of(fields.GetValueOrDefault("return")), passkey)
                    : null;
        }
        catch (Exception malformed) when (malformed is DecoderFallbackException or InvalidDataException)
        {
            return null;
        }
    }

    private static (bool IsReadable, PasskeyAnswer? Passkey) PasskeyIn(Dictionary<string, StringValues> fields) =>
        fields.GetValueOrDefault("passkey") is [{ Length: > 0 } sent]
            ? PasskeyAnswer.Read(sent) is { } answer ? (true, answer) : (false, null)
            : (true, null);
}
