namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>
/// A kubeconfig that cannot be used. The message names the file, what is wrong, and the remedy, and never a secret;
/// the connection sources turn it into <see cref="ClusterFailureKind.NotConfigured"/>.
/// </summary>
internal sealed class KubeconfigException(string message) : Exception(message)
{
    /// <summary>The failure that callers see.</summary>
    public ClusterFailure ToFailure() => new(ClusterFailureKind.NotConfigured, Message);
}
