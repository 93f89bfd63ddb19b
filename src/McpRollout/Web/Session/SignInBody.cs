using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace McpRollout.Web.Session;

/// <summary>A sign-in as a form sends it.</summary>
/// <param name="Name">The name that was typed.</param>
/// <param name="Passphrase">The passphrase.</param>
/// <param name="Return">Where the person wanted to go; see <see cref="ReturnPath"/>.</param>
internal sealed record SignInBody(string Name, string Passphrase, string Return)
{
    private const int LongestName = 100;
    private const int LongestPassphrase = 1000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the body is said to be a form.</summary>
    public static bool IsForm(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads it; null if it is no sign-in. Whoever leaves the fields empty gets as far as with a wrong passphrase.</summary>
    public static async Task<SignInBody?> ReadAsync(HttpRequest request)
    {
        try
        {
            using var reader = new StreamReader(request.Body, StrictUtf8, detectEncodingFromByteOrderMarks: false);
            using var form = new FormReader(await reader.ReadToEndAsync(request.HttpContext.RequestAborted)) { ValueCountLimit = 5 };
            var fields = form.ReadForm();
            return fields.GetValueOrDefault("approver") is [{ Length: <= LongestName } name]
                && fields.GetValueOrDefault("passphrase") is [{ Length: <= LongestPassphrase } passphrase]
                    ? new SignInBody(name.Trim(), passphrase, ReturnPath.Of(fields.GetValueOrDefault("return")))
                    : null;
        }
        catch (Exception malformed) when (malformed is DecoderFallbackException or InvalidDataException)
        {
            return null;
        }
    }
}
