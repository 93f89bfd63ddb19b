namespace McpRollout.Mcp.Answers;

/// <summary>What holds pods up, as lines of a text for a model.</summary>
internal static class ProblemLines
{
    private const int Listed = 8;

    /// <summary>Adds a line for each problem, up to a number.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<PodProblem> problems)
    {
        foreach (var problem in problems.Take(Listed))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {problem.Pod}");
            if (problem.Container is { } container)
                text.Append(CultureInfo.InvariantCulture, $", container {container}");
            text.Append(CultureInfo.InvariantCulture, $": {problem.Reason}");
            if (problem.Restarts > 0)
                text.Append(CultureInfo.InvariantCulture, $", {problem.Restarts} restarts");
            if (problem.Message is { Length: > 0 } message)
                text.Append(CultureInfo.InvariantCulture, $" ({message})");
            text.Append('\n');
        }

        if (problems.Count > Listed)
            text.Append(CultureInfo.InvariantCulture, $"  and {problems.Count - Listed} more problems\n");
    }
}
