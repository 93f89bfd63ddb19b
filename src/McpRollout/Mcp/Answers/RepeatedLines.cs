namespace McpRollout.Mcp.Answers;

/// <summary>What several revisions of a history have in common, told once for all of them.</summary>
internal static class RepeatedLines
{
    private const int VariablesListed = 4;

    private static readonly string[] SaidAsFailing = [FindingKinds.ImageNotPullable.Code, FindingKinds.TargetWasFailing.Code];

    /// <summary>What a finding is about, unless the line on what fails says so already.</summary>
    public static IReadOnlyList<string> SubjectsOf(Finding finding) => SaidAsFailing.Contains(finding.Code) ? [] : finding.Subjects ?? [];

    /// <summary>What stands against going back to which.</summary>
    /// <param name="told">The revisions, newest first.</param>
    /// <param name="isBrief">Whether a finding is told once, whatever it is about.</param>
    public static IEnumerable<string> Against(IReadOnlyList<RevisionView> told, bool isBrief) => told
        .SelectMany(revision => revision.Against.Select(finding => (Revision: revision, Finding: finding)))
        .GroupBy(each => (each.Finding.Code, isBrief ? "" : NameList.Of(SubjectsOf(each.Finding))))
        .OrderBy(same => FindingKinds.RankOf(same.First().Finding))
        .Select(same =>
        {
            var subjects = NameList.Of(same.SelectMany(each => SubjectsOf(each.Finding)));
            return $"  against {Ranges(told, [.. same.Select(each => each.Revision)])}: {same.Key.Code}"
                + (subjects.Length == 0 ? "" : $" ({subjects})");
        });

    /// <summary>Which of them reads what.</summary>
    public static IEnumerable<string> Reads(IReadOnlyList<RevisionView> told) => told
        .GroupBy(revision => NameList.Of(revision.Reads))
        .Where(same => same.Key.Length > 0)
        .Select(same => $"  {Ranges(told, [.. same])} read{(same.Count() == 1 ? "s" : "")} {same.Key}");

    /// <summary>In which of them a value of the environment came back.</summary>
    /// <param name="told">The revisions, newest first.</param>
    /// <param name="returning">The labels of values that came back.</param>
    public static IEnumerable<string> Environment(IReadOnlyList<RevisionView> told, IReadOnlySet<string> returning)
    {
        var variables = told
            .SelectMany(revision => revision.Environment.Where(returning.Contains).Select(label => (Revision: revision, Label: label)))
            .GroupBy(each => each.Label[..each.Label.LastIndexOf(':')])
            .ToList();
        return
        [
            .. variables.Take(VariablesListed).Select(variable => $"  env {variable.Key}: {string.Join("; ", variable
                .GroupBy(each => each.Label[(variable.Key.Length + 2)..])
                .OrderBy(same => same.Key, StringComparer.Ordinal)
                .Select(same => $"{same.Key} in {Ranges(told, [.. same.Select(each => each.Revision)])}"))}"),
            .. variables.Count > VariablesListed
                ? [$"  and {variables.Count - VariablesListed} more variables with a value that came back"] : Array.Empty<string>(),
        ];
    }

    // Revisions side by side, the oldest first: "1 to 5, 7".
    private static string Ranges(IReadOnlyList<RevisionView> told, IReadOnlyList<RevisionView> among)
    {
        List<(int At, long First, long Last)> ranges = [];
        foreach (var (at, revision) in told.Reverse().Index())
        {
            if (!among.Contains(revision))
                continue;
            if (ranges is [.., var last] && last.At == at - 1)
                ranges[^1] = (at, last.First, revision.Revision);
            else
                ranges.Add((at, revision.Revision, revision.Revision));
        }

        return string.Join(", ", ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First} to {range.Last}"));
    }
}
