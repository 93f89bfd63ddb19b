using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace McpRollout.Tests.Cluster;

/// <summary>A proxy that brings whoever asks to one place, whatever name was asked for.</summary>
internal sealed class TunnelProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ProxyKind _kind;
    private readonly X509Certificate2 _certificate;
    private readonly int _target;
    private int _asked;

    public TunnelProxy(ProxyKind kind, X509Certificate2 certificate, int target)
    {
        (_kind, _certificate, _target) = (kind, certificate, target);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>How many tunnels were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Host and port; the host is what the certificate is for.</summary>
    public string Authority => $"localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await using var stream = await GreetAsync(client.GetStream());
            Interlocked.Increment(ref _asked);
            await far.ConnectAsync(IPAddress.Loopback, _target);
            var there = far.GetStream();
            await Task.WhenAny(stream.CopyToAsync(there), there.CopyToAsync(stream));
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private async Task<Stream> GreetAsync(Stream stream)
    {
        if (_kind == ProxyKind.Https)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(_certificate);
            stream = secure;
        }

        if (_kind == ProxyKind.Socks5)
        {
            // RFC 1928: the methods, then the name and the port.
            await ReadAsync(stream, (await ReadAsync(stream, 2))[1]);
            await stream.WriteAsync(new byte[] { 5, 0 });
            await ReadAsync(stream, (await ReadAsync(stream, 5))[4] + 2);
            await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 });
            return stream;
        }

        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(stream, 1))[0]);

        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        return stream;
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    internal enum ProxyKind
    {
        Http,
        Https,
        Socks5,
    }
}
