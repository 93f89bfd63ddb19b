using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace McpRollout.Forwarding;

/// <summary>
/// To whom an agent's side speaks. Over https that is said by the certificate, or its pinned key. Over http on this machine another process
/// may have taken the port: there each connection proves itself before anything else is sent on it, the token least of all.
/// </summary>
internal sealed partial class ApprovingSide
{
    // Bytes of the largest answer to a challenge.
    private const int LargestProof = 4096;

    // To this machine never by a proxy of the environment, which would see the token.
    private static HttpClient Client(ApprovalOptions options)
    {
        var server = new Uri(options.Server);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = Patience,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !server.IsLoopback,
        };
        if (server.Scheme == Uri.UriSchemeHttp)
            handler.ConnectCallback = ConnectAsync;
        if (options.ServerKey is { } pinned && PinnedKey.Read(pinned) is { } key)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is X509Certificate2 shown && key.IsOf(shown);
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            await ProveAsync(socket, context.InitialRequestMessage, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A client of its own, which has this one connection and leaves it open.
    private static async Task ProveAsync(Socket socket, HttpRequestMessage first, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(socket, ownsSocket: false)),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        })
        {
            MaxResponseContentBufferSize = LargestProof,
        };
        var address = new Uri(first.RequestUri!, ProofRoute.Path);
        var tokenSha256 = SHA256.HashData(Encoding.ASCII.GetBytes(first.Headers.Authorization!.Parameter!));
        var nonce = SideProof.NewNonce();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization =
            new AuthenticationHeaderValue(ProofRoute.Scheme, SideProof.Challenge(tokenSha256, address.Authority, nonce));
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK
            || !SideProof.Proves(tokenSha256, address.Authority, nonce, await ProofInAsync(response, cancellationToken)))
            throw new UnprovenException(response.StatusCode);
    }

    private static async Task<string> ProofInAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonSerializer.Deserialize(body, ForwardingJson.Default.ProofDocument)?.Proof ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
