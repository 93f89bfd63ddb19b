namespace McpRollout.Kubernetes.Credentials;

/// <summary>A credential that stays what it is: a token, a password or a certificate from the kubeconfig, or none.</summary>
internal sealed class FixedCredentialSource(Credential credential) : ICredentialSource
{
    public ValueTask<ClusterAnswer<Credential>> PresentAsync(CancellationToken cancellationToken) => new(credential);

    public bool Discard(Credential refused) => false;
}
