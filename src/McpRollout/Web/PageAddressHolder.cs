using System.Net;
using System.Net.Sockets;

namespace McpRollout.Web;

/// <summary>
/// What is found at the page's address before it is bound: another instance, with the same store or another one, or some other program, or
/// nothing that answers.
/// </summary>
internal enum AddressHolder { Peer, OtherStore, Stranger }

/// <summary>Looks who holds the page's address.</summary>
internal static class PageAddressHolder
{
    private const int LongestAnswer = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Why the address cannot be bound now; null if it can. Much cheaper than a server that fails to start.</summary>
    public static SocketError? Obstacle(PageAddress address)
    {
        IPAddress[] ips = address.Ip is { } ip ? [ip] : [IPAddress.Loopback, IPAddress.IPv6Loopback];
        var obstacles = ips.Select(each => TryBind(new IPEndPoint(each, address.Listen.Port))).ToList();

        // A machine without IPv6 is no obstacle to localhost, as long as one family can be bound and the other is not taken.
        return obstacles.Contains(null) && !obstacles.Contains(SocketError.AddressAlreadyInUse)
            ? null
            : obstacles.OfType<SocketError>().First();
    }

    /// <summary>Asks whoever listens there.</summary>
    public static async Task<AddressHolder> IdentifyAsync(PageAddress address, string store, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = LongestAnswer };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address.Loopback, "/healthz"));
        request.Headers.Host = address.HostHeader;
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonSerializer.Deserialize(body, PageJson.Default.HealthDocument) is { Store: { Length: > 0 } other }
                ? other == store ? AddressHolder.Peer : AddressHolder.OtherStore
                : AddressHolder.Stranger;
        }
        catch (Exception failure) when (
            failure is HttpRequestException or JsonException ||
            (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return AddressHolder.Stranger;
        }
    }

    private static SocketError? TryBind(IPEndPoint endpoint)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
            return null;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode;
        }
    }
}
