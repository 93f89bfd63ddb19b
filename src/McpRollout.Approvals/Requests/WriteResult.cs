namespace McpRollout.Approvals.Requests;

/// <summary>How a patch ended.</summary>
internal abstract record WriteResult
{
    private WriteResult()
    {
    }

    /// <summary>The cluster accepted the patch.</summary>
    internal sealed record Accepted(JsonElement Workload) : WriteResult;

    /// <summary>A <c>test</c> of the patch did not hold: the workload is no longer as it was read.</summary>
    internal sealed record Moved(ClusterFailure Failure) : WriteResult;

    /// <summary>The cluster refused, or nothing was sent: it certainly took no effect.</summary>
    internal sealed record Refused(string Message) : WriteResult;

    /// <summary>It was not taken in, and the same may be taken in later: the server is busy, or cannot be reached.</summary>
    internal sealed record NotTaken(ClusterFailure Failure) : WriteResult;

    /// <summary>It may have taken effect, now or later.</summary>
    internal sealed record Lost(ClusterFailure Failure) : WriteResult;
}
