using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Cluster;

/// <summary>Why the cluster gave no value. Told apart by the <c>reason</c> and code of the Status object, never by its text.</summary>
internal enum ClusterFailureKind
{
    /// <summary>No usable kubeconfig, context or in-cluster account.</summary>
    NotConfigured,

    /// <summary>No connection could be made, or a read stayed without an answer: nothing was changed.</summary>
    Unreachable,

    /// <summary>A write went out, and no usable answer came back: it may have taken effect, now or later.</summary>
    AnswerLost,

    /// <summary>401, or the credential plugin failed.</summary>
    Unauthorized,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>409.</summary>
    Conflict,

    /// <summary>400 and 422: the server or an admission check refused the object, or a JSON Patch <c>test</c> did not hold.</summary>
    Invalid,

    /// <summary>410: the resourceVersion asked for is too old.</summary>
    Gone,

    /// <summary>429.</summary>
    TooManyRequests,

    /// <summary>5xx: a write may have taken effect.</summary>
    ServerError,

    /// <summary>An answer that is not Kubernetes': a proxy's page, broken JSON, another status code.</summary>
    Unexpected,
}

/// <summary>A failure of the cluster client.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">One sentence for a person; for <see cref="ClusterFailureKind.Unreachable"/> it names the address and the
/// cause.</param>
/// <param name="Reason">The Status object's <c>reason</c>, e.g. <c>NotFound</c>.</param>
/// <param name="StatusCode">The HTTP status code, if there was one.</param>
/// <param name="HasDetails">Whether the Status object's <c>details</c> name a cause or an object; a failed JSON Patch <c>test</c> has
/// none.</param>
internal sealed record ClusterFailure(
    ClusterFailureKind Kind, string Message, string? Reason = null, int? StatusCode = null, bool HasDetails = false)
{
    /// <summary>One sentence for a person, on one line: it may repeat what a server, a proxy or a program wrote.</summary>
    public string Message { get; init; } = VisibleText.Of(Message);

    /// <summary>How long the server asked to be left alone, by <c>Retry-After</c> or the Status object; null if it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
