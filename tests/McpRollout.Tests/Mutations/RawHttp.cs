using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpRollout.Tests.Mutations;

/// <summary>One answer as it came over the wire, its body as it was framed.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    public string? Header(string name) =>
        Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)
            .SingleOrDefault();
}

/// <summary>Sends bytes that no HTTP client would, and reads what comes until the connection ends.</summary>
internal static class RawHttp
{
    public static async Task<string> ExchangeAsync(int port, ReadOnlyMemory<byte> sent, bool end, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        var reading = ReadAsync(socket, cancellationToken);
        try
        {
            for (var done = 0; done < sent.Length;)
                done += await socket.SendAsync(sent[done..], SocketFlags.None, cancellationToken);
            if (end)
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server has hung up on what it refused.
        }

        return await reading;
    }

    /// <summary>The status of each answer in what came. No body of the page has a line like this.</summary>
    public static IEnumerable<int> Statuses(string received)
    {
        for (var at = received.IndexOf("HTTP/1.1 ", StringComparison.Ordinal); at >= 0; at = received
            .IndexOf("HTTP/1.1 ", at + 9, StringComparison.Ordinal))
            yield return int.Parse(received.AsSpan(at + 9, 3), CultureInfo.InvariantCulture);
    }

    /// <summary>The one answer in what came, less an interim one before it; null if nothing came.</summary>
    public static RawAnswer? Parse(string received)
    {
        if (received.StartsWith("HTTP/1.1 100", StringComparison.Ordinal))
            received = received[(received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (received.Length == 0)
            return null;
        var end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = received[..end].Split("\r\n");
        return new RawAnswer(
            int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture),
            [.. lines.Skip(1).Select(line => line.Split(':', 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1].Trim()))],
            received[(end + 4)..]);
    }

    private static async Task<string> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var received = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken) is var count and > 0)
                received.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // A connection that was reset has ended too.
        }

        return Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
    }
}
