using System.Net.Http.Headers;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>What is shown to the API server with a request. Not a record: its text must not show the token.</summary>
internal sealed class Credential(AuthenticationHeaderValue? authorization, ClientCertificate? certificate) : IEquatable<Credential>
{
    /// <summary>Nothing: an anonymous request.</summary>
    public static Credential None { get; } = new(null, null);

    public AuthenticationHeaderValue? Authorization => authorization;

    /// <summary>The TLS client certificate, if any.</summary>
    public ClientCertificate? Certificate => certificate;

    public bool Equals(Credential? other) => other is not null && Equals(other.Authorization, authorization)
        && other.Certificate?.Thumbprint == certificate?.Thumbprint;

    public override bool Equals(object? obj) => Equals(obj as Credential);

    public override int GetHashCode() => HashCode.Combine(authorization, certificate?.Thumbprint);
}
