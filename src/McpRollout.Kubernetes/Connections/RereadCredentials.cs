using McpRollout.Kubernetes.Credentials;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>The credentials of a kubeconfig's user, read again from the files when the server refuses them.</summary>
/// <param name="first">As they were read at first.</param>
/// <param name="reread">Reads those of the same user for the same server; a <see cref="KubeconfigException"/> if there are none.</param>
internal sealed class RereadCredentials(ICredentialSource first, Func<ICredentialSource> reread) : ICredentialSource
{
    private readonly Lock _rereading = new();
    private volatile ICredentialSource _current = first;
    private Credential? _replaced;

    public ValueTask<ClusterAnswer<Credential>> PresentAsync(CancellationToken cancellationToken) =>
        _current.PresentAsync(cancellationToken);

    public Renewal Discard(Credential refused)
    {
        lock (_rereading)
        {
            // Requests that were under way together are refused together, and the first of them has read the files.
            if (ReferenceEquals(refused, _replaced))
                return new(IsPossible: true);

            try
            {
                var read = reread();
                if (read is FixedCredentialSource same && same.Repeats(refused))
                    return new(IsPossible: false);

                (_current, _replaced) = (read, refused);
                return new(IsPossible: true);
            }
            catch (KubeconfigException e)
            {
                return _current.Discard(refused) with { Problem = e.Message };
            }
        }
    }
}
