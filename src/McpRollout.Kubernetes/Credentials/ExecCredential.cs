using System.Diagnostics.CodeAnalysis;
using McpRollout.Rollouts.Cluster;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>What a credential plugin gave, kept until it expires or the server refuses it. The plugin runs once at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to dispose of.")]
internal sealed class ExecCredential(ExecPlugin plugin, ClientCertificate? certificate, TimeProvider time) : ICredential
{
    private readonly SemaphoreSlim _running = new(1);
    private volatile Held? _held;

    /// <inheritdoc/>
    public async ValueTask<ClusterAnswer<Proof>> PresentAsync(CancellationToken cancellationToken)
    {
        if (Valid is { } valid)
            return valid;

        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Valid is { } fresh)
                return fresh;

            var answer = await plugin.RunAsync(time, cancellationToken).ConfigureAwait(false);
            if (!answer.Succeeded)
                return answer.Failure;

            var given = answer.Value;
            var proof = new Proof(given.Token is { } token ? TokenFile.Bearer(token) : null, given.Certificate ?? certificate);
            _held = new Held(proof, given.Expires);
            return proof;
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public bool Discard(Proof refused)
    {
        if (_held is { } held && ReferenceEquals(held.Proof, refused))
            Interlocked.CompareExchange(ref _held, null, held);

        return true;
    }

    private Proof? Valid => _held is { } held && (held.Expires is null || time.GetUtcNow() < held.Expires) ? held.Proof : null;

    private sealed class Held(Proof proof, DateTimeOffset? expires)
    {
        public Proof Proof => proof;

        public DateTimeOffset? Expires => expires;
    }
}
