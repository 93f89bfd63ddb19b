using System.Security.Cryptography;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>The public keys that checkpoints are checked with: the one that is trusted, and those that it took the place of.</summary>
internal sealed class PublicKeys : IDisposable
{
    private readonly Dictionary<string, ECDsa> _keys = [];

    private PublicKeys(string trustedFile) => TrustedFile = trustedFile;

    /// <summary>Where the trusted one is from.</summary>
    public string TrustedFile { get; }

    /// <summary>The trusted one.</summary>
    public string TrustedId { get; private set; } = "";

    /// <summary>Reads them. Whether an earlier one may have signed is for the chain to say.</summary>
    /// <exception cref="IOException">A file holds no key, or cannot be read.</exception>
    public static PublicKeys Read(string trusted, IEnumerable<string> retired)
    {
        var keys = new PublicKeys(trusted);
        keys.TrustedId = keys.Add(trusted);
        foreach (var file in retired)
            keys.Add(file);
        return keys;
    }

    /// <summary>The key of this id; null if it is none of them.</summary>
    public ECDsa? Find(string id) => _keys.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private string Add(string file)
    {
        var key = CheckpointKey.Import(file);
        var id = CheckpointKey.IdOf(key);
        if (!_keys.TryAdd(id, key))
            key.Dispose();
        return id;
    }
}
