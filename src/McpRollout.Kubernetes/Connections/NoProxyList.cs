using System.Net;
using System.Net.Sockets;

namespace McpRollout.Kubernetes.Connections;

/// <summary>The servers of NO_PROXY, and those that no proxy is ever asked for: <c>localhost</c> and loopback addresses.</summary>
internal sealed class NoProxyList(string entries)
{
    private readonly string[] _entries =
        entries.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether this server is to be asked directly.</summary>
    public bool Has(Uri server)
    {
        var host = server.IdnHost.ToLowerInvariant();
        var address = AddressOf(host);
        return host == "localhost"
            || (address is not null && IPAddress.IsLoopback(Plain(address)))
            || _entries.Any(entry => entry == "*" || Names(entry.ToLowerInvariant(), host, address, server.Port));
    }

    private static bool Names(string entry, string host, IPAddress? address, int port)
    {
        if (entry.Split('/') is [var network, var length] && AddressOf(network) is { } start
            && byte.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return address is not null && StartsAlike(start.GetAddressBytes(), Plain(address).GetAddressBytes(), bits);

        var (name, only) = Split(entry);
        if (name.Length == 0 || (only.Length > 0 && only != port.ToString(CultureInfo.InvariantCulture)))
            return false;

        if (AddressOf(name) is { } exact)
            return address is not null && Plain(exact).Equals(Plain(address));

        // "a.b" names itself and what is below it; ".a.b" and "*.a.b" only what is below.
        var below = name.StartsWith("*.", StringComparison.Ordinal) ? name[1..] : name;
        var domain = Ascii(below[0] == '.' ? below[1..] : below);
        return host.EndsWith("." + domain, StringComparison.Ordinal) || (below[0] != '.' && host == domain);
    }

    /// <summary>Host and port; the port is empty where there is none.</summary>
    private static (string Host, string Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        if (colon < 0)
            return (entry, "");

        var host = entry[..colon];
        if (host is ['[', .. var inner, ']'])
            return (inner, entry[(colon + 1)..]);

        return host.Contains(':', StringComparison.Ordinal) ? (entry, "") : (host, entry[(colon + 1)..]);
    }

    /// <summary>An address as Go reads it: .NET takes shorter and octal forms besides, and brackets.</summary>
    private static IPAddress? AddressOf(string text) =>
        !text.AsSpan().ContainsAny('[', '%') && IPAddress.TryParse(text, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
            ? address
            : null;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool StartsAlike(byte[] network, byte[] address, int bits) => network.Length == address.Length
        && bits <= network.Length * 8
        && Enumerable.Range(0, bits).All(bit => ((network[bit / 8] ^ address[bit / 8]) & (0x80 >> (bit % 8))) == 0);

    private static string Ascii(string domain)
    {
        try
        {
            return System.Text.Ascii.IsValid(domain) ? domain : new IdnMapping().GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }
}
