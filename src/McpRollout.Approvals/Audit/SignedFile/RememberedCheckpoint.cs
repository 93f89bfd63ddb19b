namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>What an audit lacks of that which its store remembers of it.</summary>
internal enum AuditLoss
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The key that signed it.</summary>
    Key,

    /// <summary>The key that signed it: there is another in its place.</summary>
    OtherKey,

    /// <summary>Checkpoints that were signed.</summary>
    Checkpoints,
}

/// <summary>What the store remembers of an audit's file, so that nobody can take its signatures away and have it begun anew.</summary>
/// <param name="KeyId">The key that signs it.</param>
/// <param name="Seq">The record that its last checkpoint covers; 0 if this key has not signed yet.</param>
/// <param name="Hash">That record's hash.</param>
/// <param name="Length">How many bytes of checkpoints there were up to it: so many stay, since they are only ever added; 0 if that is not
/// known.</param>
internal sealed record RememberedCheckpoint(string KeyId, long Seq, string Hash, long Length = 0)
{
    /// <summary>The same of a checkpoint.</summary>
    public static RememberedCheckpoint Of(Checkpoint checkpoint, long length = 0) =>
        new(checkpoint.KeyId, checkpoint.Seq, checkpoint.Hash, length);

    /// <summary>What is missing. Checkpoints beyond the remembered one were signed by a process that was killed before it said
    /// so.</summary>
    /// <param name="keyId">The key that is there.</param>
    /// <param name="last">The last checkpoint that is there.</param>
    /// <param name="length">How many bytes of checkpoints there are.</param>
    public AuditLoss LossOf(string? keyId, Checkpoint? last, long length) =>
        keyId is null ? AuditLoss.Key
        : keyId != KeyId ? AuditLoss.OtherKey
        : LacksCheckpoints(last, length) ? AuditLoss.Checkpoints
        : AuditLoss.None;

    /// <summary>Whether checkpoints are missing, at the end or before it.</summary>
    public bool LacksCheckpoints(Checkpoint? last, long length) => Seq > 0
        && (last is null || last.KeyId != KeyId || last.Seq < Seq || (last.Seq == Seq && last.Hash != Hash) || length < Length);
}
