using System.Net;
using McpRollout.Kubernetes.Credentials;

namespace McpRollout.Kubernetes.Connections;

/// <summary>The settings of the sockets to an API server.</summary>
internal static class SocketPool
{
    /// <summary>How long a connection may take to be made, TLS included.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Makes the pool; no socket is opened yet.</summary>
    public static SocketsHttpHandler Open(Endpoint endpoint, ClientCertificate? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect could carry the credentials elsewhere, or send a write twice.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = ConnectTimeout,
            // A session thinks for minutes between two questions; a TLS handshake costs more than an idle socket.
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
            // Finds out that a laptop woke up in another network (client-go pings after 30 s too).
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            // kubectl too never asks the environment's proxy for loopback.
            UseProxy = endpoint.Proxy is not null || !endpoint.Server.IsLoopback,
        };
        if (endpoint.Proxy is { } proxy)
            handler.Proxy = new WebProxy(proxy) { Credentials = CredentialsOf(proxy) };

        endpoint.Trust.Apply(handler.SslOptions);
        handler.SslOptions.ClientCertificateContext = certificate?.Context;
        return handler;
    }

    private static NetworkCredential? CredentialsOf(Uri proxy)
    {
        if (proxy.UserInfo is not { Length: > 0 } info)
            return null;

        var parts = info.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts is [_, var password] ? Uri.UnescapeDataString(password) : "");
    }
}
