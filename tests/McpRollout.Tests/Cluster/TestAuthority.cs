using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace McpRollout.Tests.Cluster;

/// <summary>A certificate authority that a test makes for itself.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;

    public TestAuthority(TestAuthority? parent = null, string name = "test-ca")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _certificate = parent is null
            ? request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2))
            : parent.Sign(request).CopyWithPrivateKey(key);
    }

    public string Pem => _certificate.ExportCertificatePem();

    public string Data => Base64(Pem);

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A certificate for a server on loopback that calls itself so.</summary>
    public X509Certificate2 ServerCertificate(string? dnsName = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (dnsName is null)
            names.AddIpAddress(IPAddress.Loopback);
        else
            names.AddDnsName(dnsName);

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return Portable(Sign(request).CopyWithPrivateKey(key));
    }

    /// <summary>A client certificate and its key in one of the forms that kubeconfigs have.</summary>
    public (string Certificate, string Key, string Thumbprint) ClientCertificate(KeyForm form, string name = "client")
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var isRsa = form is KeyForm.RsaPkcs1 or KeyForm.RsaPkcs8;
        var request = isRsa
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", ec, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = Sign(request);
        var key = form switch
        {
            KeyForm.RsaPkcs1 => rsa.ExportRSAPrivateKeyPem(),
            KeyForm.RsaPkcs8 => rsa.ExportPkcs8PrivateKeyPem(),
            KeyForm.EcSec1 => ec.ExportECPrivateKeyPem(),
            _ => ec.ExportPkcs8PrivateKeyPem(),
        };
        return (certificate.ExportCertificatePem(), key, certificate.Thumbprint);
    }

    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Sign(CertificateRequest request) => request.Create(
        _certificate.SubjectName,
        X509SignatureGenerator.CreateForECDsa(_certificate.GetECDsaPrivateKey()!),
        DateTimeOffset.UtcNow.AddDays(-1),
        DateTimeOffset.UtcNow.AddDays(1),
        RandomNumberGenerator.GetBytes(8));

    private static X509Certificate2 Portable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);

    internal enum KeyForm
    {
        RsaPkcs1,
        RsaPkcs8,
        EcSec1,
        EcPkcs8,
    }
}
