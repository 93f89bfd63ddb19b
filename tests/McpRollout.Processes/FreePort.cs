using System.Net;
using System.Net.Sockets;

namespace McpRollout.Processes;

/// <summary>Ports for servers that are told theirs before they start.</summary>
internal static class FreePort
{
    // Below what the kernel gives out by itself (32768 and up on Linux, net.ipv4.ip_local_port_range): a port from there can be another
    // server's, or a connection's own end, before the one that it is meant for has started.
    private const int First = 20_000, Count = 12_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>A port of this machine that nobody listens on now, and that this process has not named lately.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port))
                return port;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
