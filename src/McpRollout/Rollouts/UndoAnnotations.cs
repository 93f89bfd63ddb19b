namespace McpRollout.Rollouts;

/// <summary>The annotations that an undo leaves on the workload.</summary>
internal static class UndoAnnotations
{
    /// <summary>The request that was carried out: the evidence, after a lost answer, that the write arrived.</summary>
    public const string RequestId = "mcp-rollout.dev/request-id";

    /// <summary>The trace that the request belongs to; optional.</summary>
    public const string TraceId = "mcp-rollout.dev/trace-id";

    /// <summary>What <c>kubectl rollout history</c> shows beside the revision.</summary>
    public const string ChangeCause = "kubernetes.io/change-cause";
}
