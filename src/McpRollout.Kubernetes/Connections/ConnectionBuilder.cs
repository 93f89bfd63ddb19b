using McpRollout.Kubernetes.Credentials;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>Makes a connection of a kubeconfig's context, with client-go's precedence among its fields.</summary>
/// <param name="files">What to call the kubeconfig in errors.</param>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="time">The clock for credentials that expire.</param>
internal sealed class ConnectionBuilder(string files, Func<string, string?> variable, TimeProvider time)
{
    /// <summary>Makes the connection; nothing is sent and no plugin is run yet.</summary>
    /// <param name="config">The merged kubeconfig.</param>
    /// <param name="context">The context; null for the current one.</param>
    /// <param name="name">What to call the cluster; null for the context's name.</param>
    /// <param name="reread">Reads the kubeconfig anew once the server refuses the credentials; null if it cannot change.</param>
    /// <exception cref="KubeconfigException">The kubeconfig cannot be used; the message says why, and what to do.</exception>
    public Connection Build(Kubeconfig config, string? context = null, string? name = null, Func<Kubeconfig>? reread = null)
    {
        var chosen = ChosenContext.Of(config, context, files);
        var endpoint = EndpointOf(chosen);
        var credentials = UserCredentials.Of(chosen, endpoint, time);
        return new Connection(
            new ClusterIdentity(name ?? chosen.Name, endpoint.Address),
            endpoint,
            reread is null
                ? credentials.Source
                : new RereadCredentials(credentials.Source, () => Renewed(reread(), chosen.Name, endpoint, credentials.Holder)),
            chosen.Name);
    }

    /// <summary>A change that people approved for one cluster must not slip to another, nor be made by somebody else.</summary>
    private ICredentialSource Renewed(Kubeconfig config, string context, Endpoint endpoint, CredentialHolder holder)
    {
        var chosen = ChosenContext.Of(config, context, files);
        if (EndpointOf(chosen).Address != endpoint.Address)
            throw Kept("another server");

        var credentials = UserCredentials.Of(chosen, endpoint, time);
        return credentials.Holder == holder ? credentials.Source : throw Kept("another user");

        KubeconfigException Kept(string other) => new($"{files}: context '{context}' names {other} now; this process stays with the one "
            + "that it began with. Put that one back, or restart the MCP server to change over.");
    }

    private Endpoint EndpointOf(ChosenContext chosen)
    {
        var (cluster, name) = (chosen.Cluster, chosen.ClusterName);
        if (cluster is { InsecureSkipTlsVerify: true, CertificateAuthority: not null })
            throw new KubeconfigException($"{cluster.File}: cluster '{name}' has insecure-skip-tls-verify and a certificate-authority. "
                + "Remove the former.");

        var server = ServerOf(cluster, chosen.User, name);
        return new Endpoint
        {
            Server = server,
            TlsServerName = cluster.TlsServerName,
            Trust = cluster.InsecureSkipTlsVerify ? ServerTrust.Anyone
                : cluster.CertificateAuthority is { } authority ? ServerTrust.Of(authority)
                : ServerTrust.Machine,
            Proxy = cluster.ProxyUrl is null ? EnvironmentProxy.For(server, variable) : ProxyOf(cluster, name),
            Impersonation = chosen.User is null ? [] : Impersonation.Headers(chosen.User),
        };
    }

    /// <summary>An address without a scheme is https if anything speaks of TLS, else http (client-go: DefaultServerURL).</summary>
    private static Uri ServerOf(ClusterEntry cluster, UserEntry? user, string name)
    {
        var secure = cluster.InsecureSkipTlsVerify || cluster.CertificateAuthority is not null || user?.ClientCertificate is not null;
        var text = cluster.Server is { } server && !server.Contains("://", StringComparison.Ordinal)
            ? (secure ? "https://" : "http://") + server
            : cluster.Server;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri
            : throw new KubeconfigException($"{cluster.File}: cluster '{name}' has no usable server address. Set server to "
                + "https://HOST:PORT.");
    }

    private static Uri ProxyOf(ClusterEntry cluster, string name) => ProxyAddress.Read(cluster.ProxyUrl!)
        ?? throw new KubeconfigException($"{cluster.File}: cluster '{name}' has an unusable proxy-url. Use {ProxyAddress.Forms}.");
}
