namespace McpRollout.Web.Views;

/// <summary>The whole of both templates, for whoever wants more than the list of changes.</summary>
internal static class DiffPart
{
    /// <summary>The part, folded; nothing for a request that is older than it.</summary>
    public static Markup Render(RequestFacts facts) => facts.Before?.Diff is { Count: > 0 } lines
        ? $"""
          <details data-fold="diff"><summary>Both pod templates, line by line: what changes, with its surroundings (values of environment variables are hidden)</summary>
          <div class="diff" role="region" tabindex="0" aria-label="Lines of the pod template that go and come">{lines.Select(Line)}</div>
          </details>
          """
        : Markup.Empty;

    private static Markup Line(DiffLine line) => line.Kind switch
    {
        DiffKind.Removed => $"""<p class="gone"><span aria-hidden="true">−</span><span class="unseen">goes: </span>{Text(line)}</p>""",
        DiffKind.Added => $"""<p class="come"><span aria-hidden="true">+</span><span class="unseen">comes: </span>{Text(line)}</p>""",
        DiffKind.Gap => $"""<p class="gap">{line.Text}</p>""",
        _ => $"""<p><span aria-hidden="true"> </span>{Text(line)}</p>""",
    };

    private static Markup Text(DiffLine line) => $"""<span class="line">{line.Text}</span>""";
}
