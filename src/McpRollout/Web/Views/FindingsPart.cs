namespace McpRollout.Web.Views;

/// <summary>What the approver should know first.</summary>
internal static class FindingsPart
{
    private const int Unfolded = 8;

    /// <summary>The findings, the gravest first.</summary>
    public static Markup Render(RequestFacts facts)
    {
        var findings = facts.Findings.Where(finding => !RemainsPart.IsAbout(finding))
            .ToLookup(finding => finding.Severity == FindingSeverity.Informs);
        if (findings.Count == 0)
            return Markup.Empty;
        var (news, gone) = (facts.News, facts.Gone);
        Markup Item(Finding finding) => FindingsPart.Item(finding, news.Contains(finding) ? "New since it was asked for. "
            : gone.Contains(finding) ? "Not found any more. "
            : "");
        return
            $"""
            <section aria-labelledby="findings"><h2 id="findings">{(facts.IsDecidable ? "Know before you decide" : "What was known before")}</h2>
            {Fold.List("findings", [.. FindingKinds.Ordered(findings[false]).Select(Item)], Unfolded, "more findings")}
            {Notes([.. findings[true].Select(Item)])}
            </section>
            """;
    }

    // What only informs must not push what warns, or the changes, out of sight.
    private static Markup Notes(IReadOnlyList<Markup> notes) => notes.Count == 0
        ? Markup.Empty
        : $"""<details data-fold="notes"><summary>{(notes.Count == 1 ? "1 note" : $"{notes.Count} notes")}</summary><ul class="findings">{notes}</ul></details>""";

    private static Markup Item(Finding finding, string since)
    {
        var (tone, icon, label) = finding.Severity switch
        {
            FindingSeverity.Blocks => (BannerSeverity.Bad, Icon.Stop, "Blocks"),
            FindingSeverity.Warns => (BannerSeverity.Attention, Icon.Warning, "Warning"),
            _ => (BannerSeverity.Quiet, Icon.Info, "Note"),
        };
        var isNews = since.Length > 0;
        return
            $"""
            <li class="{tone.ToClass()}"><details data-fold="{finding.Code}"{Markup.If(isNews, $" open")}>
            <summary>{icon}<span><b>{label}</b> {FindingKinds.HeadlineOf(finding)}</span></summary>
            <p>{Markup.If(isNews, $"<strong>{since}</strong>")}{finding.Message} <code class="finding-code">{finding.Code}</code></p>
            </details></li>
            """;
    }
}
