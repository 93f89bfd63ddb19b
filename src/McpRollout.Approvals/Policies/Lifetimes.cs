namespace McpRollout.Approvals.Policies;

/// <summary>How long a request waits for a decision, and an approval for its execution.</summary>
internal readonly record struct Lifetimes(TimeSpan Request, TimeSpan Execution)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>What is wrong with a lifetime, with its remedy; null if nothing is.</summary>
    public static string? Error(string key, TimeSpan value) => value <= TimeSpan.Zero || value > Longest
        ? $"{key} is {value}: write a duration of more than 0 and at most 24 hours, e.g. 00:15:00."
        : null;
}
