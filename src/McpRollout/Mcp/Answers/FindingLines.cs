namespace McpRollout.Mcp.Answers;

/// <summary>Findings as lines of a text for a model.</summary>
internal static class FindingLines
{
    /// <summary>Adds a line for each finding.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
            text.Append(finding.Severity.ToName()).Append(' ').Append(finding.Code).Append(": ").Append(finding.Message).Append('\n');
    }
}
