using System.Net.Http.Headers;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>What is shown to the API server with a request. Not a record: its text must not show the token.</summary>
/// <param name="authorization">The Authorization header, if any.</param>
/// <param name="certificate">The TLS client certificate, if any.</param>
internal sealed class Credential(AuthenticationHeaderValue? authorization, ClientCertificate? certificate)
{
    /// <summary>Nothing: an anonymous request.</summary>
    public static Credential None { get; } = new(null, null);

    /// <summary>The Authorization header, if any.</summary>
    public AuthenticationHeaderValue? Authorization => authorization;

    /// <summary>The TLS client certificate, if any.</summary>
    public ClientCertificate? Certificate => certificate;
}
