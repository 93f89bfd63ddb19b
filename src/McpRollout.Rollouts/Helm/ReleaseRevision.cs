using System.Security.Cryptography;

namespace McpRollout.Rollouts.Helm;

/// <summary>One revision of a release, with its record as far as that was read.</summary>
/// <param name="Entry">What its labels say.</param>
/// <param name="Record">Its record; null if it was not asked for, or could not be read.</param>
/// <param name="Problem">Why it could not be read; null if it was, or was not asked for.</param>
internal sealed record ReleaseRevision(ReleaseEntry Entry, ReleaseRecord? Record, string? Problem)
{
    public long Number => Entry.Revision;

    /// <summary>What Helm says of it: the record's word, and without a record that of its label.</summary>
    public ReleaseStatus Status => Record?.Status ?? Entry.Status;

    /// <summary>SHA-256, in lower-case hex, over its record's digest and what Helm says of it; null where its record was not
    /// read.</summary>
    public string? StandingDigest => Record is null
        ? null
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Record.Digest} {Status.ToName()}")));

    public DateTimeOffset? DeployedAt => Record?.DeployedAt ?? Entry.CreatedAt;

    /// <summary>Reads the record as it is stored. It must tell of the revision that its labels tell of: anybody can write labels.</summary>
    public static ReleaseRevision Of(ReleaseEntry entry, JsonElement stored)
    {
        try
        {
            var record = ReleaseRecord.Read(stored);
            return record.Release == entry.Release && record.Revision == entry.Revision
                ? new(entry, record, null)
                : new(entry, null, "it tells of another release or revision than its labels");
        }
        catch (JsonException unreadable)
        {
            return new(entry, null, unreadable.Message);
        }
    }
}
