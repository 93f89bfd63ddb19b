using System.Net.Http.Headers;
using McpRollout.Kubernetes.Credentials;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>Makes a connection of a kubeconfig's context, with client-go's precedence among its fields.</summary>
internal static class ConnectionBuilder
{
    /// <summary>Makes the connection; nothing is sent and no plugin is run yet.</summary>
    /// <param name="config">The merged kubeconfig.</param>
    /// <param name="context">The context; null for the current one.</param>
    /// <param name="files">What to call the kubeconfig in errors.</param>
    /// <param name="time">The clock for credentials that expire.</param>
    /// <param name="name">What to call the cluster; null for the context's name.</param>
    /// <exception cref="KubeconfigException">The kubeconfig cannot be used; the message says why, and what to do.</exception>
    public static Connection Build(Kubeconfig config, string? context, string files, TimeProvider time, string? name = null)
    {
        var chosen = string.IsNullOrWhiteSpace(context) ? config.CurrentContext : context;
        if (chosen is null)
            throw new KubeconfigException($"{files}: no current-context is set; {config.ListContexts()}. Set Cluster:Context to one of "
                + "them.");

        if (!config.Contexts.TryGetValue(chosen, out var pair))
            throw new KubeconfigException($"{files}: there is no context '{chosen}'; {config.ListContexts()}. Set Cluster:Context to one "
                + "of them.");

        if (pair.Cluster is null || !config.Clusters.TryGetValue(pair.Cluster, out var cluster))
            throw new KubeconfigException($"{files}: context '{chosen}' names the cluster '{pair.Cluster}', which is not there. Correct "
                + "the context.");

        var user = pair.User is null ? null
            : config.Users.GetValueOrDefault(pair.User)
                ?? throw new KubeconfigException($"{files}: context '{chosen}' names the user '{pair.User}', who is not there. Correct the "
                    + "context.");

        var endpoint = EndpointOf(cluster, user, pair.Cluster);
        var credential = user is null
            ? new FixedCredentialSource(Credential.None)
            : CredentialOf(user, pair.User!, cluster, endpoint, time);
        return new Connection(new ClusterIdentity(name ?? chosen, endpoint.Address), endpoint, credential);
    }

    private static Endpoint EndpointOf(ClusterEntry cluster, UserEntry? user, string name)
    {
        if (cluster is { InsecureSkipTlsVerify: true, CertificateAuthority: not null })
            throw new KubeconfigException($"{cluster.File}: cluster '{name}' has insecure-skip-tls-verify and a certificate-authority. "
                + "Remove the former.");

        return new Endpoint
        {
            Server = ServerOf(cluster, user, name),
            TlsServerName = cluster.TlsServerName,
            Trust = cluster.InsecureSkipTlsVerify ? ServerTrust.Anyone
                : cluster.CertificateAuthority is { } authority ? ServerTrust.Of(authority)
                : ServerTrust.Machine,
            Proxy = ProxyOf(cluster, name),
            Impersonation = user is null ? [] : Impersonation.Headers(user),
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

    private static Uri? ProxyOf(ClusterEntry cluster, string name) => cluster.ProxyUrl switch
    {
        null => null,
        { } text when Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5" => uri,
        _ => throw new KubeconfigException($"{cluster.File}: cluster '{name}' has an unusable proxy-url. Use http, https or "
            + "socks5://HOST:PORT."),
    };

    private static ICredentialSource CredentialOf(UserEntry user, string name, ClusterEntry cluster, Endpoint endpoint, TimeProvider time)
    {
        if (user.AuthProvider is { } provider)
        {
            throw new KubeconfigException(
                $"{user.File}: user '{name}' signs in with the auth-provider '{provider}', which Kubernetes itself removed in 1.26. "
                + "Change to an exec plugin: gke-gcloud-auth-plugin, kubelogin, or `kubectl oidc-login` for OIDC.");
        }

        var certificate = CertificateOf(user, name);
        if (user.TokenFile is { } file)
            return new TokenFileSource(file, certificate, time);

        if (user.Token is { } token)
            return new FixedCredentialSource(new Credential(TokenFileSource.Bearer(token), certificate));

        if (user.Username is { } username)
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{user.Password}"));
            return new FixedCredentialSource(new Credential(new AuthenticationHeaderValue("Basic", pair), certificate));
        }

        if (user.Exec is not { } exec)
            return new FixedCredentialSource(new Credential(null, certificate));

        var info = exec.ProvideClusterInfo ? ExecInfo.Cluster(cluster, endpoint.Address, endpoint.Trust.Pem) : null;
        return new ExecCredentialSource(new ExecPlugin(exec, user.File, info), certificate, time);
    }

    private static ClientCertificate? CertificateOf(UserEntry user, string name) => (user.ClientCertificate, user.ClientKey) switch
    {
        (null, null) => null,
        ({ } certificate, { } key) => ClientCertificate.Load(certificate, key),
        var (certificate, _) => throw new KubeconfigException($"{user.File}: user '{name}' has a "
            + (certificate is null ? "client-key without client-certificate" : "client-certificate without client-key")
            + ". Add it, or fetch the kubeconfig anew."),
    };
}
