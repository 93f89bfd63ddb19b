using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>Which certificates of an API server are accepted. The host name is checked by all but <see cref="Anyone"/>.</summary>
internal sealed class ServerTrust
{
    private readonly X509Certificate2Collection? _roots;

    private ServerTrust(X509Certificate2Collection? roots) => _roots = roots;

    /// <summary>What the operating system trusts.</summary>
    public static ServerTrust Machine { get; } = new(null);

    /// <summary>Whoever answers (<c>insecure-skip-tls-verify</c>).</summary>
    public static ServerTrust Anyone { get; } = new(null);

    /// <summary>The authorities as PEM, for plugins that ask for it; null if there are none of our own.</summary>
    public string? Pem => _roots?.ExportCertificatePems();

    /// <summary>Only what the given authorities signed, whatever the operating system trusts.</summary>
    /// <exception cref="KubeconfigException">There is no certificate in it.</exception>
    public static ServerTrust Of(PemSource authorities)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(authorities.Read());
        }
        catch (CryptographicException)
        {
            throw authorities.Unusable("holds a certificate that cannot be read");
        }

        return roots.Count > 0 ? new ServerTrust(roots) : throw authorities.Unusable("holds no certificate in PEM form");
    }

    /// <summary>Sets what SslStream checks.</summary>
    public void Apply(SslClientAuthenticationOptions options)
    {
        if (ReferenceEquals(this, Anyone))
        {
#pragma warning disable CA5359 // That is what insecure-skip-tls-verify asks for.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            return;
        }

        if (_roots is null)
            return;

        // Clusters' authorities publish no revocation lists. SslStream adds the purpose (server) and what the server sent.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_roots);
        options.CertificateChainPolicy = policy;
        options.RemoteCertificateValidationCallback = (_, _, chain, errors) =>
            errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && EndsHere(chain));
    }

    /// <summary>
    /// Go trusts any certificate that it is told to trust, .NET only self-signed ones; kubeconfigs made for Go may hold an intermediate
    /// authority alone. Such a chain lacks its root and nothing else, and its last certificate is the very one of the kubeconfig.
    /// </summary>
    private bool EndsHere(X509Chain? chain) => chain is { ChainElements: [.., var last] }
        && chain.ChainStatus is [{ Status: X509ChainStatusFlags.PartialChain }]
        && _roots!.Any(root => root.RawDataMemory.Span.SequenceEqual(last.Certificate.RawDataMemory.Span));
}
