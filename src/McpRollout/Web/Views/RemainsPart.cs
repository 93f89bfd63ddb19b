namespace McpRollout.Web.Views;

/// <summary>What an undo does not bring back.</summary>
internal static class RemainsPart
{
    public static Markup Render(RequestFacts facts) =>
        $"""
        <section aria-labelledby="remains"><h2 id="remains">What an undo does not bring back</h2>
        {(facts.Plan.IsRelease
            ? (Markup)$"<p>Data, what migrations did, and what hooks of other occasions did stay as they are. ConfigMaps and Secrets of the chart do come back.</p>"
            : $"<p>ConfigMaps, Secrets, data, what migrations did, and the number of replicas stay as they are.</p>")}
        {facts.Request.Findings.Where(IsAbout).Select(finding => (Markup)$"<p>{finding.Message}</p>")}
        </section>
        """;

    /// <summary>Whether a finding is told here and nowhere else.</summary>
    public static bool IsAbout(Finding finding) => finding.Code == FindingKinds.ConfigNotRestored.Code;
}
