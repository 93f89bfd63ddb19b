namespace McpRollout.Web.Views;

/// <summary>That the same was refused before, where it cannot be missed.</summary>
internal static class DenialsPart
{
    private const int Shown = 3;

    /// <summary>The part; nothing where nobody refused it.</summary>
    public static Markup Render(RequestFacts facts) => facts.Request.EarlierDenials is { Count: > 0 } denials
        ? $"""
          <div class="banner bad" id="denied-before">{Icon.Cross}<div><p class="standing">{EarlierDenials.Headline(denials)}.</p>
          {denials.Take(1).Select(denial => Denial(denial, facts.Clock))}{Rest([.. denials.Skip(1).Take(Shown).Select(denial => Denial(denial, facts.Clock))])}
          </div></div>
          """
        : Markup.Empty;

    /// <summary>The same in a word, for the inbox.</summary>
    public static Markup Badge(UndoRequest request) =>
        Markup.If(request.EarlierDenials.Count > 0, $"""<span class="badge bad">{Icon.Cross}{EarlierDenials.Headline(request.EarlierDenials)}</span>""");

    private static Markup Denial(EarlierDenial denial, PageClock clock) =>
        $"""<p>{denial.Approver}, {clock.Since(denial.At)}{Markup.If(!denial.SameTarget, $", an undo to revision {denial.ToRevision}")}: {Words(denial)} <a href="{RequestFacts.PathOf(denial.RequestId)}">that request</a></p>""";

    private static Markup Words(EarlierDenial denial) =>
        denial.Comment is { Length: > 0 } words ? (Markup)$"<q>{words.ReplaceLineEndings(" ")}</q>" : $"without a comment.";

    private static Markup Rest(IReadOnlyList<Markup> others) => Markup.If(others.Count > 0,
        $"""<details data-fold="denials"><summary>{others.Count} more</summary>{others}</details>""");
}
