using Microsoft.Net.Http.Headers;

namespace McpRollout.Web.Session;

/// <summary>Bodies that people's forms and programs send.</summary>
internal static class BodyText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the body is said to be a form.</summary>
    public static bool IsForm(HttpRequest request) => Is(request, "application/x-www-form-urlencoded");

    /// <summary>Whether the body is said to be JSON.</summary>
    public static bool IsJson(HttpRequest request) => Is(request, "application/json");

    /// <summary>Reads it whole.</summary>
    /// <exception cref="DecoderFallbackException">It is no UTF-8.</exception>
    public static async Task<string> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, StrictUtf8, detectEncodingFromByteOrderMarks: false);
        return await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
    }

    private static bool Is(HttpRequest request, string mediaType) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);
}
