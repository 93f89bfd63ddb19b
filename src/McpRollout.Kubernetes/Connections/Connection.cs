using System.Net;
using McpRollout.Kubernetes.Credentials;

namespace McpRollout.Kubernetes.Connections;

/// <summary>
/// A way to the API server: its pooled sockets, and the credential to show. Sockets are opened by the first request.
/// </summary>
/// <param name="identity">Which cluster it leads to.</param>
/// <param name="endpoint">The API server.</param>
/// <param name="credentials">What is shown there.</param>
/// <param name="context">The kubeconfig context that it is of; null where there is no kubeconfig.</param>
internal sealed class Connection(ClusterIdentity identity, Endpoint endpoint, ICredentialSource credentials, string? context = null)
    : IDisposable
{
    private readonly Lock _pooling = new();
    private ClientCertificate? _certificate;
    private KubernetesPipeline? _pool;

    public ClusterIdentity Identity => identity;

    public string? Context => context;

    public Endpoint Endpoint => endpoint;

    public ICredentialSource Credentials => credentials;

    /// <summary>Sends a request; returns as soon as the headers of the answer are there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Credential credential, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.Authorization = credential.Authorization;
        HeaderLines.Set(request, endpoint.Impersonation);

        // SocketsHttpHandler takes the name for SNI and for the certificate's check from here, and overwrites SslOptions.TargetHost.
        if (endpoint.TlsServerName is { } host)
            request.Headers.Host = host;

        return PoolFor(credential.Certificate).SendAsync(request, cancellationToken);
    }

    public void Dispose()
    {
        lock (_pooling)
            _pool?.Dispose();
    }

    /// <summary>A socket keeps the certificate it was opened with: another certificate (plugins renew theirs) needs other
    /// sockets.</summary>
    private KubernetesPipeline PoolFor(ClientCertificate? certificate)
    {
        lock (_pooling)
        {
            if (_pool is not null && ReferenceEquals(_certificate, certificate))
                return _pool;

            _pool?.Dispose();
            _certificate = certificate;
            return _pool = new KubernetesPipeline(endpoint, certificate);
        }
    }
}
