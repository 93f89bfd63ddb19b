using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Git;

/// <summary>How far the opening of a revert is.</summary>
/// <param name="Holder">The process that sees to it.</param>
/// <param name="Until">When another may, unless it is seen sooner that the process is gone.</param>
/// <param name="Attempt">Counts up with each attempt, so that one that slept cannot take another's for its own.</param>
/// <param name="Since">When it was first announced.</param>
internal sealed record RevertProgress(string Holder, DateTimeOffset Until, long Attempt, DateTimeOffset Since)
{
    /// <summary>Since when the host may have taken it; null while it certainly has not.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When it was opened, or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What was opened, as the host names it: <c>!12</c>, <c>#12</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Where; null where the host gave no address of its own.</summary>
    public string? Url { get; init; }

    /// <summary>Why it is not opened, in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it is known to be opened.</summary>
    [JsonIgnore]
    public bool IsOpened => EndedAt is not null && Message is null;
}
