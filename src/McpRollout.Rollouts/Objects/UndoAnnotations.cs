namespace McpRollout.Rollouts.Objects;

/// <summary>The annotations that an undo leaves on the workload.</summary>
internal static class UndoAnnotations
{
    /// <summary>The request that was carried out: the evidence, after a lost answer, that the write arrived.</summary>
    public const string RequestId = "mcp-rollout.dev/request-id";

    /// <summary>The trace that the request belongs to; optional.</summary>
    public const string TraceId = "mcp-rollout.dev/trace-id";

    /// <summary>The last fence: changing it changes the <c>resourceVersion</c>, which every patch sent before tests.</summary>
    public const string Fence = "mcp-rollout.dev/fence";

    /// <summary>What <c>kubectl rollout history</c> shows beside the revision.</summary>
    public const string ChangeCause = "kubernetes.io/change-cause";

    private const int LongestId = 40;

    /// <summary>The request that the annotations name; null where what stands there, which anybody may write, cannot be the id of
    /// one.</summary>
    public static string? RequestOf(IReadOnlyDictionary<string, string> annotations) =>
        annotations.GetValueOrDefault(RequestId) is { Length: <= LongestId } id
        && id.StartsWith("undo-", StringComparison.Ordinal) && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? id
            : null;
}
