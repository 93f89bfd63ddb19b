namespace McpRollout.Approvals.Audit;

/// <summary>How far something has come along the chain: its last record.</summary>
internal readonly record struct AuditPosition(long Seq, string Hash)
{
    /// <summary>Before the first record.</summary>
    public static AuditPosition Start { get; } = new(0, AuditChain.Start);
}
