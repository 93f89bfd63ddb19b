using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>A client certificate with its key, and the intermediate certificates that were given with it.</summary>
internal sealed class ClientCertificate
{
    private ClientCertificate(SslStreamCertificateContext context) => Context = context;

    /// <summary>What SslStream sends.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Whom it is made out to; the API server reads user and groups from it.</summary>
    public string Subject => Context.TargetCertificate.Subject;

    /// <summary>What tells it from any other certificate.</summary>
    public string Thumbprint => Context.TargetCertificate.Thumbprint;

    /// <summary>Reads a kubeconfig's certificate and key.</summary>
    /// <exception cref="KubeconfigException">They cannot be read, or do not belong together.</exception>
    public static ClientCertificate Load(PemSource certificate, PemSource key)
    {
        var (certificates, secret) = (certificate.Read(), key.Read());
        if (FromPem(certificates, secret) is { } loaded)
            return loaded;

        if (secret.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw key.Unusable("is encrypted, and there is nobody to type the password",
                "Decrypt it (openssl pkey), or use an exec plugin");

        throw IsEdwards(certificates)
            ? certificate.Unusable("is for an Ed25519 key, which .NET cannot use for TLS", "Have one issued for an EC (P-256) or RSA key")
            : certificate.Unusable($"and {key.Name} are not an RSA or EC certificate and its unencrypted key in PEM form");
    }

    /// <summary>Reads a certificate and its key; null if that is not what the texts are.</summary>
    public static ClientCertificate? FromPem(string certificates, string key)
    {
        try
        {
            var leaf = Usable(X509Certificate2.CreateFromPem(certificates, key));
            var all = new X509Certificate2Collection();
            all.ImportFromPem(certificates);
            all.RemoveAt(0);
            return new ClientCertificate(SslStreamCertificateContext.Create(leaf, all, offline: true));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsEdwards(string certificates)
    {
        try
        {
            using var read = X509Certificate2.CreateFromPem(certificates);
            return read.PublicKey.Oid.Value == "1.3.101.112";
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // SChannel cannot use a key that was never in a key store; a round trip through PKCS #12 gives one that it can.
    private static X509Certificate2 Usable(X509Certificate2 read)
    {
        if (!OperatingSystem.IsWindows())
            return read;
        using (read)
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), password: null);
    }
}
