using System.Net.Http.Headers;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>A token in a file that something else renews, as the kubelet does for service accounts.</summary>
/// <param name="file">The file.</param>
/// <param name="certificate">The client certificate to show besides, if any.</param>
/// <param name="time">The clock.</param>
/// <param name="otherwise">The token for while the file has none, as client-go does it; null if there is no other.</param>
internal sealed class TokenFileSource(string file, ClientCertificate? certificate, TimeProvider time, string? otherwise = null)
    : ICredentialSource
{
    /// <summary>How long the file is believed unread; client-go does the same.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(1);

    private readonly Lock _reading = new();
    private Credential? _proof;
    private long _readAt;

    /// <summary>The header for a token.</summary>
    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token.Trim());

    public ValueTask<ClusterAnswer<Credential>> PresentAsync(CancellationToken cancellationToken)
    {
        lock (_reading)
        {
            if (_proof is not null && time.GetElapsedTime(_readAt) < Trusted)
                return new(_proof);

            try
            {
                var token = File.ReadAllText(file);
                if (string.IsNullOrWhiteSpace(token))
                    throw new IOException("It is empty.");

                _proof = new Credential(Bearer(token), certificate);
                _readAt = time.GetTimestamp();
                return new(_proof);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (otherwise is not null)
                    return new(new Credential(Bearer(otherwise), certificate));

                return new(new ClusterFailure(
                    ClusterFailureKind.NotConfigured,
                    $"The token file {file} cannot be read: {PemSource.Why(e)}. Restore it, or choose another user in the kubeconfig."));
            }
        }
    }

    public Renewal Discard(Credential refused)
    {
        lock (_reading)
        {
            if (ReferenceEquals(_proof, refused))
                _proof = null;

            return new(IsPossible: true);
        }
    }
}
