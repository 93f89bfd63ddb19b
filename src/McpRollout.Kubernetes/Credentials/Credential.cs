using System.Net.Http.Headers;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>What is shown to the API server with a request. Not a record: its text must not show the token.</summary>
internal sealed class Credential(AuthenticationHeaderValue? authorization, ClientCertificate? certificate)
{
    /// <summary>Nothing: an anonymous request.</summary>
    public static Credential None { get; } = new(null, null);

    public AuthenticationHeaderValue? Authorization => authorization;

    /// <summary>The TLS client certificate, if any.</summary>
    public ClientCertificate? Certificate => certificate;
}
