using System.Security.Cryptography;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>What was taken off a file of the audit.</summary>
/// <param name="Bytes">How many bytes.</param>
/// <param name="Sha256">Their SHA-256, in lower-case hex.</param>
/// <param name="Aside">Where they are kept; null if the store has what they were to be.</param>
internal sealed record TakenOff(long Bytes, string Sha256, string? Aside = null)
{
    private const int NameDigits = 12;

    /// <summary>Of these bytes, which nobody needs any more.</summary>
    public static TakenOff Of(byte[] bytes) => new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>Copies what stands in a file from a place on to a file beside it that is named by its content.</summary>
    public static TakenOff CopyAside(string path, long from)
    {
        var unfinished = path + ".aside.new";
        File.Delete(unfinished);
        using (var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (var aside = PrivateFiles.CreateNew(unfinished))
        {
            source.Position = from;
            source.CopyTo(aside);
            aside.Flush(flushToDisk: true);
            aside.Position = 0;
            var kept = new TakenOff(aside.Length, Convert.ToHexStringLower(SHA256.HashData(aside)));
            kept = kept with { Aside = $"{path}.aside.{kept.Sha256[..NameDigits]}" };
            File.Move(unfinished, kept.Aside, overwrite: true);
            return kept;
        }
    }

    /// <summary>The record of it.</summary>
    public AuditDraft Record(string file, AuditActor actor) => new(AuditEvent.AuditRepaired, actor, Detail: new JsonObject
    {
        ["file"] = file,
        ["bytes"] = Bytes,
        ["sha256"] = Sha256,
        ["aside"] = Aside,
    });
}
