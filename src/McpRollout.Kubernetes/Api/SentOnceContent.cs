using System.Net;
using System.Net.Http.Headers;

namespace McpRollout.Kubernetes.Api;

/// <summary>
/// The body of a write. It can be sent once, and knows whether it was: a server cannot act upon a write whose body never left.
/// SocketsHttpHandler by itself sends a request again when a pooled socket turns out to be closed before the body was begun, which is
/// harmless, and when an HTTP/2 server says that it did not process it; the second is refused here, so that "once" depends on nobody's
/// word.
/// </summary>
internal sealed class SentOnceContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private int _begun;

    public SentOnceContent(ReadOnlyMemory<byte> body, string contentType)
    {
        _body = body;
        Headers.ContentType = new MediaTypeHeaderValue(contentType);
    }

    /// <summary>Whether any of it may have left.</summary>
    public bool Begun => Volatile.Read(ref _begun) != 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _begun, 1) == 0
            ? stream.WriteAsync(_body, cancellationToken).AsTask()
            : throw new HttpRequestException("A write is sent once.");

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
