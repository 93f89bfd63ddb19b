using McpRollout.Rollouts.Cluster;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>A credential that stays what it is: a token, a password or a certificate from the kubeconfig, or none.</summary>
internal sealed class FixedCredential(Proof proof) : ICredential
{
    /// <inheritdoc/>
    public ValueTask<ClusterAnswer<Proof>> PresentAsync(CancellationToken cancellationToken) => new(proof);

    /// <inheritdoc/>
    public bool Discard(Proof refused) => false;
}
