using System.Net;
using k8s;
using McpRollout.Kubernetes.Credentials;

namespace McpRollout.Kubernetes.Connections;

/// <summary>
/// The official client's HTTP pipeline to an API server, and the only class that knows that package. It carries raw JSON. Trust, client
/// certificate, proxy and credentials are ours: docs/decisions/own-cluster-client.md says what of the package is not used, and why.
/// </summary>
internal sealed class KubernetesPipeline : IDisposable
{
    private static readonly string Agent = $"mcp-rollout/{typeof(KubernetesPipeline).Assembly.GetName().Version?.ToString(3) ?? "0"}";

    private readonly HttpClient _client;
    private SocketsHttpHandler? _sockets;

    /// <summary>Makes the pipeline; no socket is opened yet.</summary>
    public KubernetesPipeline(Endpoint endpoint, ClientCertificate? certificate) =>
        _client = new k8s.Kubernetes(new KubernetesClientConfiguration
        {
            Host = endpoint.Address,
            UserAgent = Agent,
            FirstMessageHandlerSetup = sockets => Set(_sockets = sockets, endpoint, certificate),
        }).HttpClient;

    /// <summary>How long a connection may take to be made, TLS included.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(4);

    /// <summary>Sends a request; returns as soon as the headers of the answer are there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>Closes idle sockets; those in use finish first. The client's own end cancels what is under way, a write perhaps.</summary>
    public void Dispose() => _sockets?.Dispose();

    private static void Set(SocketsHttpHandler sockets, Endpoint endpoint, ClientCertificate? certificate)
    {
        // A redirect could carry the credentials elsewhere, or send a write twice.
        sockets.AllowAutoRedirect = false;
        sockets.UseCookies = false;
        sockets.RequestHeaderEncodingSelector = HeaderLines.For;
        sockets.AutomaticDecompression = DecompressionMethods.GZip;
        sockets.ConnectTimeout = ConnectTimeout;
        // A session thinks for minutes between two questions; a TLS handshake costs more than an idle socket.
        sockets.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5);
        sockets.PooledConnectionLifetime = TimeSpan.FromMinutes(30);
        // Finds out that a laptop woke up in another network (client-go pings after 30 s too).
        sockets.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always;
        sockets.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        sockets.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
        // Without one of ours, .NET would look for one in the environment by itself.
        sockets.UseProxy = endpoint.Proxy is not null;
        if (endpoint.Proxy is { } proxy)
            sockets.Proxy = new WebProxy(proxy) { Credentials = CredentialsOf(proxy) };

        endpoint.Trust.Apply(sockets.SslOptions);
        sockets.SslOptions.ClientCertificateContext = certificate?.Context;
    }

    private static NetworkCredential? CredentialsOf(Uri proxy)
    {
        if (proxy.UserInfo is not { Length: > 0 } info)
            return null;

        var parts = info.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts is [_, var password] ? Uri.UnescapeDataString(password) : "");
    }
}
