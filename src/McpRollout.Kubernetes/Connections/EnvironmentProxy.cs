using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>
/// The proxy that the environment names for a server, by the rules of kubectl, which are Go's: see
/// https://pkg.go.dev/golang.org/x/net/http/httpproxy. .NET has others: ALL_PROXY counts, and NO_PROXY knows no ranges of addresses.
/// </summary>
internal static class EnvironmentProxy
{
    /// <summary>The proxy; null if the server is to be asked directly.</summary>
    /// <param name="server">The API server's address.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="KubeconfigException">A proxy is named that cannot be used.</exception>
    public static Uri? For(Uri server, Func<string, string?> variable)
    {
        var name = server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        if (Value(name) is not { } text)
            return null;

        // A web server sets HTTP_PROXY from a request's header Proxy when it runs a program (https://httpoxy.org).
        if (server.Scheme == Uri.UriSchemeHttp && Value("REQUEST_METHOD") is not null)
            throw new KubeconfigException("HTTP_PROXY is not trusted beside REQUEST_METHOD, which says that a web server runs this "
                + "program. Unset one of them, or set proxy-url in the kubeconfig.");

        if (new NoProxyList(Value("NO_PROXY") ?? "").Has(server))
            return null;

        return ProxyAddress.Read(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text)
            ?? throw new KubeconfigException($"{name} in the environment is no address of a proxy that can be used. Set it to "
                + $"{ProxyAddress.Forms}, or list the API server's host in NO_PROXY.");

        string? Value(string upper) =>
            new[] { upper, upper.ToLowerInvariant() }.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }
}
