namespace McpRollout.Mcp.Answers;

/// <summary>What several answers tell, as lines of a text for a model.</summary>
internal static class AnswerLines
{
    private const int ProblemsListed = 8;

    public static IEnumerable<string> Of(IReadOnlyList<Finding> findings) =>
        findings.Select(finding => VisibleText.Of($"{finding.Severity.ToName()} {finding.Code}: {finding.Message}"));

    /// <summary>The same by what they are about, or by their first sentence; what keeps an undo from being asked for stays whole.</summary>
    public static IEnumerable<string> InShort(IReadOnlyList<Finding> findings) => Of(
        [.. findings.Select(finding => finding.Severity == FindingSeverity.Blocks
            ? finding
            : finding with { Message = finding.Subjects is { } subjects ? NameList.Of(subjects) : FirstSentence(finding.Message) })]);

    /// <summary>What holds pods up, up to a number.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<PodProblem> problems) =>
    [
        .. problems.Take(ProblemsListed).Select(Line),
        .. problems.Count > ProblemsListed ? [$"  and {problems.Count - ProblemsListed} more problems"] : Array.Empty<string>(),
    ];

    private static string FirstSentence(string message) =>
        message.IndexOf(". ", StringComparison.Ordinal) is var end and >= 0 ? message[..(end + 1)] : message;

    private static string Line(PodProblem problem)
    {
        var container = problem.Container is { } name ? $", container {name}" : "";
        var restarts = problem.Restarts > 0 ? $", {problem.Restarts} restarts" : "";
        var message = problem.Message is { Length: > 0 } words ? $" ({words})" : "";
        return VisibleText.Of($"  {problem.Pod}{container}: {problem.Reason}{restarts}{message}");
    }
}
