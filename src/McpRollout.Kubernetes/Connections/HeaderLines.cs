using System.Net;

namespace McpRollout.Kubernetes.Connections;

/// <summary>
/// Writes a header with a line for each of its values, as the API server wants those of an impersonation. SocketsHttpHandler joins values
/// by commas into one, over HTTP/1.1 and HTTP/2 (dotnet/runtime: HttpConnection.WriteHeaderCollection), which would name one group with
/// commas in it. So the values go in as one, with marks between them that only this encoding turns into line ends.
/// </summary>
internal sealed class HeaderLines : Encoding
{
    // Their low bytes are CR and LF. No value has them: Impersonation lets nothing through but printable ASCII.
    private const string LineEnd = "\uE00D\uE00A";

    private static readonly HeaderLines Lines = new();

    /// <summary>Sets the headers; several values of one leave HTTP/2, which has no lines.</summary>
    public static void Set(HttpRequestMessage request, IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> headers)
    {
        foreach (var (name, values) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, string.Join($"{LineEnd}{name}: ", values)))
                throw new HttpRequestException($"The header {name} cannot be sent.");

            if (values.Count > 1)
                (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        }
    }

    /// <summary>The encoding of a request's header; null for the default one, which is ASCII and nothing else.</summary>
    public static Encoding? For(string header, HttpRequestMessage request) =>
        header.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase) ? Lines : null;

    /// <inheritdoc/>
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        for (var at = 0; at < charCount; at++)
            bytes[byteIndex + at] = (byte)chars[charIndex + at];

        return charCount;
    }

    /// <inheritdoc/>
    public override int GetByteCount(char[] chars, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetMaxByteCount(int charCount) => charCount;

    /// <inheritdoc/>
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Latin1.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    /// <inheritdoc/>
    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetMaxCharCount(int byteCount) => byteCount;
}
