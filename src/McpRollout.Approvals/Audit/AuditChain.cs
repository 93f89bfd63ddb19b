using System.Security.Cryptography;

namespace McpRollout.Approvals.Audit;

/// <summary>A record with its place in the chain.</summary>
/// <param name="Seq">Counts from 1, without gaps.</param>
/// <param name="Hash">SHA-256 of the record, in lower-case hex.</param>
/// <param name="Line">The record as one line of JSON, without the line's end.</param>
internal sealed record AuditEntry(long Seq, string Hash, string Line);

/// <summary>
/// Gives records their place: each names the hash of the one before it, and its own hash is the SHA-256 of its canonical JSON (RFC 8785)
/// without <c>hash</c>.
/// </summary>
internal static class AuditChain
{
    /// <summary>What the first record names as the one before it.</summary>
    public static string Start { get; } = new('0', 64);

    /// <summary>The record's next link after (<paramref name="seq"/> - 1, <paramref name="prev"/>).</summary>
    public static AuditEntry Append(AuditDraft draft, long seq, string prev, DateTimeOffset time)
    {
        var record = new JsonObject
        {
            ["seq"] = seq,
            ["time"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["event"] = draft.Event.ToName(),
            ["request_id"] = draft.RequestId,
            ["actor"] = new JsonObject
            {
                ["kind"] = draft.Actor.Kind switch { ActorKind.Agent => "agent", ActorKind.Human => "human", _ => "system" },
                ["name"] = draft.Actor.Name,
                ["client"] = draft.Actor.Client,
            },
            ["target"] = draft.Target is not { } target ? null : new JsonObject
            {
                ["cluster"] = target.Cluster,
                ["namespace"] = target.Namespace,
                ["resource_type"] = target.ResourceType,
                ["name"] = target.Name,
                ["uid"] = target.Uid,
                ["from_revision"] = target.FromRevision,
                ["to_revision"] = target.ToRevision,
            },
            ["plan"] = draft.Target?.Plan,
            ["detail"] = draft.Detail?.DeepClone(),
            ["prev"] = prev,
        };
        var hash = HashOf(record);
        record["hash"] = hash;
        return new AuditEntry(seq, hash, record.ToJsonString());
    }

    /// <summary>The hash that a record without its <c>hash</c> member has.</summary>
    public static string HashOf(JsonObject recordWithoutHash) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(recordWithoutHash)));
}
