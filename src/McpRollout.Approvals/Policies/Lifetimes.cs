namespace McpRollout.Approvals.Policies;

/// <summary>How long a request waits for a decision, and an approval for its execution.</summary>
internal readonly record struct Lifetimes(TimeSpan Request, TimeSpan Execution)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>What is wrong with the lifetimes of a section, each with its remedy; one that is not set is not wrong.</summary>
    public static IEnumerable<string> Errors(string section, TimeSpan? request, TimeSpan? execution) =>
        new[] { (Key: "RequestLifetime", Value: request), (Key: "ExecutionLifetime", Value: execution) }
            .Where(lifetime => lifetime.Value <= TimeSpan.Zero || lifetime.Value > Longest)
            .Select(lifetime => $"{section}:{lifetime.Key} is {lifetime.Value}: write a duration of more than 0 and at most 24 hours, e.g. "
                + "00:15:00.");
}
