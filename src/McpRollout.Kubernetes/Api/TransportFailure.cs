using System.Net.Sockets;
using System.Security.Authentication;
using McpRollout.Kubernetes.Connections;

namespace McpRollout.Kubernetes.Api;

/// <summary>Makes a failure of an exception of the transport.</summary>
internal static class TransportFailure
{
    /// <summary>Reads an exception; null if it is not the transport's.</summary>
    /// <param name="exception">What SocketsHttpHandler, the body's stream or the JSON reader threw.</param>
    /// <param name="writing">Whether a write's body may have left.</param>
    /// <param name="connection">The connection, for its names.</param>
    public static ClusterFailure? Read(Exception exception, bool writing, Connection connection)
    {
        if (exception is not (HttpRequestException or IOException or JsonException
            or OperationCanceledException { InnerException: TimeoutException }))
            return null;

        if (writing)
            return Lost(connection, "the connection broke before a usable answer came");

        var server = connection.Identity.Server;
        if (ErrorOf(exception) == HttpRequestError.ConfigurationLimitExceeded)
            return new(ClusterFailureKind.Unexpected,
                $"The cluster at {server} answered with more than can be read at once. Narrow the question to one workload.");

        if (exception is JsonException)
            return new(ClusterFailureKind.Unexpected,
                $"The cluster at {server} answered with something that is not JSON. Check the address and which proxy is in between.");

        var (cause, remedy) = Explain(exception, connection);
        return Unreachable(connection, cause, remedy);
    }

    /// <summary>A cluster that cannot be spoken with.</summary>
    public static ClusterFailure Unreachable(Connection connection, string cause, string remedy) =>
        new(ClusterFailureKind.Unreachable, $"The cluster at {connection.Identity.Server} cannot be reached: {cause}. {remedy}");

    /// <summary>A write whose outcome is not known.</summary>
    public static ClusterFailure Lost(Connection connection, string cause) =>
        new(ClusterFailureKind.AnswerLost, $"The write to the cluster at {connection.Identity.Server} was sent, and {cause}: it may have "
            + "taken effect. Read the workload to find out.");

    private static (string Cause, string Remedy) Explain(Exception exception, Connection connection)
    {
        var address = $"Check that the API server runs, and the address in the kubeconfig (context {connection.Identity.Name}).";
        if (Find<AuthenticationException>(exception) is { } tls)
            return ($"TLS failed: {tls.Message.TrimEnd('.')}",
                "Check certificate-authority, tls-server-name and the client certificate in the kubeconfig.");

        var unresolved = ("its name cannot be resolved", "Check the name in the kubeconfig, DNS, and the VPN.");
        var slow = ("connecting took too long", "Check the network, the VPN and firewalls.");
        return (Find<SocketException>(exception)?.SocketErrorCode, ErrorOf(exception)) switch
        {
            (SocketError.ConnectionRefused, _) => ("connection refused", address),
            (SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain, _) => unresolved,
            (SocketError.HostUnreachable or SocketError.NetworkUnreachable, _) =>
                ("there is no route to it", "Check the network and the VPN."),
            (SocketError.TimedOut, _) => slow,
            (null, HttpRequestError.NameResolutionError) => unresolved,
            (null, HttpRequestError.ProxyTunnelError) =>
                ("the proxy refused to connect to it", "Check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY."),
            (null, HttpRequestError.SecureConnectionError) => ("TLS failed", "Check that the address in the kubeconfig speaks TLS."),
            (null, _) when exception is OperationCanceledException => slow,
            _ => ("the connection broke", address),
        };
    }

    private static HttpRequestError? ErrorOf(Exception exception) =>
        Find<HttpIOException>(exception)?.HttpRequestError ?? (exception as HttpRequestException)?.HttpRequestError;

    private static T? Find<T>(Exception? exception) where T : Exception =>
        exception is null ? null : exception as T ?? Find<T>(exception.InnerException);
}
