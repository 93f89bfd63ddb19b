namespace McpRollout.Kubernetes.Connections;

/// <summary>Where the API server is, and how to come there. Not a record: a proxy's address may hold a password.</summary>
internal sealed class Endpoint
{
    /// <summary>The address; it may have a path before <c>/api</c>, as behind Rancher.</summary>
    public required Uri Server { get; init; }

    /// <summary>Which server certificates to accept.</summary>
    public required ServerTrust Trust { get; init; }

    /// <summary>The name to ask for and to look for in the server's certificate. Default: the address's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>The proxy; null if the server is asked directly.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Headers that ask to act as somebody else.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Impersonation { get; init; } = [];

    /// <summary>The address without credentials, query or trailing slash.</summary>
    public string Address => Server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
}
