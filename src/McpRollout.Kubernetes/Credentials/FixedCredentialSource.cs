namespace McpRollout.Kubernetes.Credentials;

/// <summary>A credential that stays what it is: a token, a password or a certificate from the kubeconfig, or none.</summary>
internal sealed class FixedCredentialSource(Credential credential) : ICredentialSource
{
    public ValueTask<ClusterAnswer<Credential>> PresentAsync(CancellationToken cancellationToken) => new(credential);

    public Renewal Discard(Credential refused) => new(IsPossible: false);

    /// <summary>Whether it shows the server nothing else than this.</summary>
    public bool Repeats(Credential shown) => credential.Equals(shown);
}
