namespace McpRollout.Kubernetes.Connections;

/// <summary>The address of a proxy, as far as SocketsHttpHandler can use it.</summary>
internal static class ProxyAddress
{
    /// <summary>What such an address looks like.</summary>
    public const string Forms = "http://, https:// or socks5://HOST:PORT";

    /// <summary>Reads an address; null if no such proxy can be used.</summary>
    public static Uri? Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return null;

        // With either, the proxy resolves the server's name, and the port is 1080 if none is given; .NET knows neither scheme's port.
        return uri.Scheme switch
        {
            "http" or "https" => uri,
            "socks5" or "socks5h" => new UriBuilder(uri) { Scheme = "socks5", Port = uri.Port < 0 ? 1080 : uri.Port }.Uri,
            _ => null,
        };
    }
}
