namespace McpRollout.Rollouts.Objects;

/// <summary>The annotations that an undo leaves on the workload, and on the owner that it pauses.</summary>
internal static class UndoAnnotations
{
    /// <summary>The request that was carried out: the evidence, after a lost answer, that the write arrived.</summary>
    public const string RequestId = "mcp-rollout.dev/request-id";

    /// <summary>The trace that the request belongs to; optional.</summary>
    public const string TraceId = "mcp-rollout.dev/trace-id";

    /// <summary>The last fence: changing it changes the <c>resourceVersion</c>, which every patch sent before tests.</summary>
    public const string Fence = "mcp-rollout.dev/fence";

    /// <summary>On an owner: the request that paused it, until a request resumes it. A pause that arrives late tests for what was there
    /// before, and for <see cref="ResumedBy"/>.</summary>
    public const string PausedBy = "mcp-rollout.dev/paused-by";

    /// <summary>On an owner: the request that resumed it last. It is never taken away, only replaced.</summary>
    public const string ResumedBy = "mcp-rollout.dev/resumed-by";

    /// <summary>On an undo's Event: the audit's last checkpoint by then.</summary>
    public const string AuditCheckpoint = "mcp-rollout.dev/audit-checkpoint";

    /// <summary>What <c>kubectl rollout history</c> shows beside the revision.</summary>
    public const string ChangeCause = "kubernetes.io/change-cause";

    private const int LongestId = 40;

    /// <summary>The request that an annotation names; null where what stands there, which anybody may write, cannot be the id of
    /// one.</summary>
    public static string? RequestOf(IReadOnlyDictionary<string, string> annotations, string name = RequestId) =>
        annotations.GetValueOrDefault(name) is { Length: <= LongestId } id
        && id.StartsWith("undo-", StringComparison.Ordinal) && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? id
            : null;
}
