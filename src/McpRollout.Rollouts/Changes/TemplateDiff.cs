using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Changes;

/// <summary>Two pod templates line by line, as masked YAML. A value that is hidden and differs is a changed line all the same.</summary>
internal static class TemplateDiff
{
    private const int Context = 3;
    private const int MostShown = 600;
    private const int LineLength = 300;

    // The table of the longest common subsequence stays below 16 MiB; templates beyond it have no diff that a person would read.
    private const int MostCells = 4_000_000;

    /// <summary>The lines that differ, each with a few that stay around it; a single gap when there is nothing to show.</summary>
    /// <param name="from">The template that is replaced.</param>
    /// <param name="to">The template that takes its place.</param>
    public static IReadOnlyList<DiffLine> Between(JsonElement from, JsonElement to)
    {
        var marks = new HiddenMarks();
        var (before, after) = (TemplateYaml.Lines(from, marks), TemplateYaml.Lines(to, marks));
        if ((long)before.Count * after.Count > MostCells)
        {
            return
            [
                new DiffLine(DiffKind.Gap, "The templates are too long to be compared here line by line; the list of changes is whole."),
            ];
        }

        var shown = Fold(Align(before, after));
        return
        [
            .. shown.Take(MostShown).Select(line => line with { Text = VisibleText.Of(marks.Clear(line.Text), LineLength) }),
            .. shown.Count > MostShown ? [Count(shown.Count - MostShown, "more lines")] : Array.Empty<DiffLine>(),
        ];
    }

    // The longest common subsequence, read from its end: https://en.wikipedia.org/wiki/Longest_common_subsequence.
    private static List<DiffLine> Align(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var common = new int[before.Count + 1, after.Count + 1];
        for (var i = before.Count - 1; i >= 0; i--)
        {
            for (var j = after.Count - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var lines = new List<DiffLine>(before.Count + after.Count);
        for (var (i, j) = (0, 0); i < before.Count || j < after.Count;)
        {
            var kind = i < before.Count && j < after.Count && before[i] == after[j] ? DiffKind.Same
                : i < before.Count && (j == after.Count || common[i + 1, j] >= common[i, j + 1]) ? DiffKind.Removed
                : DiffKind.Added;
            lines.Add(new DiffLine(kind, kind == DiffKind.Added ? after[j] : before[i]));
            i += kind == DiffKind.Added ? 0 : 1;
            j += kind == DiffKind.Removed ? 0 : 1;
        }

        return lines;
    }

    private static List<DiffLine> Fold(List<DiffLine> lines)
    {
        var near = new bool[lines.Count];
        for (var at = 0; at < lines.Count; at++)
        {
            if (lines[at].Kind == DiffKind.Same)
                continue;
            for (var around = Math.Max(0, at - Context); around <= Math.Min(lines.Count - 1, at + Context); around++)
                near[around] = true;
        }

        var folded = new List<DiffLine>();
        for (var at = 0; at < lines.Count;)
        {
            if (near[at])
            {
                folded.Add(lines[at++]);
                continue;
            }

            var start = at;
            while (at < lines.Count && !near[at])
                at++;
            folded.Add(Count(at - start, "lines stay"));
        }

        return folded;
    }

    private static DiffLine Count(int count, string what) =>
        new(DiffKind.Gap, string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
}
