namespace McpRollout.Rollouts.History;

/// <summary>An undo of a workload that was carried out, as this product's own store has it.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="WorkloadUid">The workload; one that was made again under the same name is another one.</param>
/// <param name="FromRevision">The number that was current.</param>
/// <param name="ToRevision">The number that was restored; it has another one since.</param>
/// <param name="FromDigest">Digest of the template that was replaced.</param>
/// <param name="ToDigest">Digest of the template that was restored.</param>
/// <param name="SentAt">When the patch was first sent; it took effect between then and <paramref name="SeenAt"/>.</param>
/// <param name="SeenAt">When its outcome was seen.</param>
/// <param name="MadeRevision">The number that the restored template got; null if that was not seen.</param>
/// <param name="Rollout">What became of it.</param>
internal sealed record EarlierUndo(
    string RequestId,
    string WorkloadUid,
    long FromRevision,
    long ToRevision,
    string FromDigest,
    string ToDigest,
    DateTimeOffset SentAt,
    DateTimeOffset SeenAt,
    long? MadeRevision,
    UndoRollout Rollout);
