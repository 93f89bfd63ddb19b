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
internal sealed record RememberedCheckpoint(string KeyId, long Seq, string Hash)
{
    /// <summary>The same of a checkpoint.</summary>
    public static RememberedCheckpoint Of(Checkpoint checkpoint) => new(checkpoint.KeyId, checkpoint.Seq, checkpoint.Hash);

    /// <summary>What is missing. Checkpoints beyond the remembered one were signed by a process that was killed before it said
    /// so.</summary>
    /// <param name="keyId">The key that is there.</param>
    /// <param name="last">The last checkpoint that is there.</param>
    public AuditLoss LossOf(string? keyId, Checkpoint? last) =>
        keyId is null ? AuditLoss.Key
        : keyId != KeyId ? AuditLoss.OtherKey
        : LacksCheckpoints(last) ? AuditLoss.Checkpoints
        : AuditLoss.None;

    /// <summary>Whether checkpoints are missing at the end.</summary>
    public bool LacksCheckpoints(Checkpoint? last) => Seq > 0
        && (last is null || last.KeyId != KeyId || last.Seq < Seq || (last.Seq == Seq && last.Hash != Hash));
}
