using System.Security.Cryptography;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>The ECDSA key (P-256) that checkpoints are signed with. Made once, beside the audit, readable by its owner only.</summary>
internal sealed class CheckpointKey(ECDsa key) : IDisposable
{
    /// <summary>SHA-256 of the SubjectPublicKeyInfo, in lower-case hex.</summary>
    public string Id { get; } = IdOf(key);

    /// <summary>The public half, in PEM.</summary>
    public string PublicPem => key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Reads the key, if there is one.</summary>
    /// <exception cref="IOException">The file is there and holds no such key, or cannot be read.</exception>
    public static CheckpointKey? Read(AuditPaths paths)
    {
        if (!File.Exists(paths.Key))
            return null;
        var key = Import(paths.Key);
        if (!File.Exists(paths.PublicKey))
            Write(paths.PublicKey, key.ExportSubjectPublicKeyInfoPem());
        return new CheckpointKey(key);
    }

    /// <summary>Makes the key. The private one comes last and whole: a process that dies on the way leaves none.</summary>
    public static CheckpointKey Create(AuditPaths paths)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(paths.PublicKey, key.ExportSubjectPublicKeyInfoPem());
        Write(paths.Key, key.ExportPkcs8PrivateKeyPem());
        return new CheckpointKey(key);
    }

    /// <summary>Reads a public key; a private one will do.</summary>
    /// <exception cref="IOException">The file holds no such key, or cannot be read.</exception>
    public static ECDsa Import(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception malformed) when (malformed is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new IOException($"{path} holds no ECDSA key in PEM.", malformed);
        }
    }

    public static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>Keeps the public key under this name.</summary>
    public void WritePublic(string path) => Write(path, key.ExportSubjectPublicKeyInfoPem());

    /// <summary>Whether this key signed the checkpoint as it is.</summary>
    public bool HasSigned(Checkpoint checkpoint) => checkpoint.IsSignedBy(key);

    /// <summary>Signs, with SHA-256, in DER.</summary>
    public byte[] Sign(byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => key.Dispose();

    private static void Write(string path, string pem)
    {
        var unfinished = path + ".new";
        File.Delete(unfinished);
        using (var file = PrivateFiles.OpenToAppend(unfinished))
        {
            file.Write(Encoding.ASCII.GetBytes(pem + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
