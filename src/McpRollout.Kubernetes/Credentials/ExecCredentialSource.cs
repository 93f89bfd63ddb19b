using System.Diagnostics.CodeAnalysis;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>What a credential plugin gave, kept until it expires or the server refuses it. The plugin runs once at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to dispose of.")]
internal sealed class ExecCredentialSource(ExecPlugin plugin, ClientCertificate? certificate, TimeProvider time) : ICredentialSource
{
    private readonly SemaphoreSlim _running = new(1);
    private volatile Held? _held;

    public async ValueTask<ClusterAnswer<Credential>> PresentAsync(CancellationToken cancellationToken)
    {
        if (Valid is { } valid)
            return valid;

        await _running.WaitAsync(cancellationToken);
        try
        {
            if (Valid is { } fresh)
                return fresh;

            var answer = await plugin.RunAsync(time, cancellationToken);
            if (!answer.Succeeded)
                return answer.Failure;

            var given = answer.Value;
            var header = given.Token is { } token ? TokenFileSource.Bearer(token) : null;
            var credential = new Credential(header, given.Certificate ?? certificate);
            _held = new Held(credential, given.Expires);
            return credential;
        }
        finally
        {
            _running.Release();
        }
    }

    public Renewal Discard(Credential refused)
    {
        if (_held is { } held && ReferenceEquals(held.Credential, refused))
            Interlocked.CompareExchange(ref _held, null, held);

        return new(IsPossible: true);
    }

    private Credential? Valid => _held is { } held && (held.Expires is null || time.GetUtcNow() < held.Expires) ? held.Credential : null;

    private sealed record Held(Credential Credential, DateTimeOffset? Expires);
}
