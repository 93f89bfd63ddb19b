using McpRollout.Kubernetes.Credentials;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>The pod's service account. See https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/.</summary>
internal static class InClusterAccount
{
    /// <summary>Connects with the service account; null outside of a cluster.</summary>
    /// <param name="surroundings">The pod's environment.</param>
    /// <param name="time">The clock for tokens that expire.</param>
    /// <param name="name">What to call the cluster; null for <c>in-cluster</c>.</param>
    /// <exception cref="KubeconfigException">This is a pod, and its service account is not usable.</exception>
    public static Connection? Connect(KubeconfigEnvironment surroundings, TimeProvider time, string? name = null)
    {
        if (surroundings.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host
            || surroundings.Variable("KUBERNETES_SERVICE_PORT") is not { Length: > 0 } port)
            return null;

        var token = Path.Combine(surroundings.ServiceAccount, "token");
        if (!File.Exists(token))
        {
            throw new KubeconfigException(
                $"This pod has no service account token at {token}. Set automountServiceAccountToken on it, or set Cluster:Kubeconfig.");
        }

        var address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        var server = new Uri($"https://{address}:{port}");
        var authority = PemSource.From("ca.crt", "The service account", null, Path.Combine(surroundings.ServiceAccount, "ca.crt"))!;
        var endpoint = new Endpoint
        {
            Server = server,
            Trust = ServerTrust.Of(authority),
            Proxy = EnvironmentProxy.For(server, surroundings.Variable),
        };
        return new Connection(new ClusterIdentity(name ?? "in-cluster", endpoint.Address), endpoint,
            new TokenFileSource(token, certificate: null, time));
    }
}
