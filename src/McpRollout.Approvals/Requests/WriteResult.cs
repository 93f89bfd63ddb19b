namespace McpRollout.Approvals.Requests;

/// <summary>How a patch ended.</summary>
internal abstract record WriteResult
{
    private WriteResult()
    {
    }

    /// <summary>The cluster accepted the patch.</summary>
    /// <param name="Written">The object as it then was.</param>
    internal sealed record Accepted(JsonElement Written) : WriteResult;

    /// <summary>A <c>test</c> of the patch did not hold: the workload is no longer as it was read.</summary>
    internal sealed record Moved(ClusterFailure Failure) : WriteResult;

    /// <summary>Something is new since it was approved: people are asked again, and nothing of it was sent.</summary>
    internal sealed record Held : WriteResult;

    /// <summary>What was shown is no longer so; nothing was sent.</summary>
    internal sealed record Outdated(string Message) : WriteResult;

    /// <summary>The cluster refused, or nothing was sent: it certainly took no effect.</summary>
    internal sealed record Refused(string Message) : WriteResult;

    /// <summary>It was not taken in, and the same may be taken in later: the server is busy, or cannot be reached.</summary>
    internal sealed record NotTaken(ClusterFailure Failure) : WriteResult;

    /// <summary>It may have taken effect, now or later.</summary>
    internal sealed record Lost(ClusterFailure Failure) : WriteResult;
}
