namespace McpRollout.Web.Views;

/// <summary>Which rule holds, and what it asks for.</summary>
internal static class PolicyPart
{
    /// <summary>The part; nothing once no decision is waited for.</summary>
    public static Markup Render(RequestFacts facts) => facts.Case is { } evaluation
        ? (Markup)$"""
            <section aria-labelledby="policy"><h2 id="policy">What it takes</h2>
            <dl class="facts-list">{PolicyText.Facts(evaluation).Select(Fact)}</dl>
            </section>
            """
        : Markup.Empty;

    /// <summary>A freeze that is in force, where it cannot be missed.</summary>
    public static Markup Freezes(RequestFacts facts) => facts.Case is { Freezes: [_, ..] freezes }
        ? (Markup)$"{freezes.Select(Freeze)}"
        : Markup.Empty;

    private static Markup Freeze(FreezeInForce freeze) =>
        $"""<div class="banner attention" role="alert">{Icon.Stop}<div><p class="standing">A freeze is in force.</p><p>{freeze.Text}</p></div></div>""";

    private static Markup Fact(PolicyFact fact) => $"<div><dt>{fact.What}</dt><dd>{fact.Text}</dd></div>";
}
