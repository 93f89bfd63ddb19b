namespace McpRollout.Person.Page.Views;

/// <summary>What an undo does not bring back.</summary>
internal static class RemainsPart
{
    /// <summary>The part.</summary>
    public static Markup Render(RequestFacts facts) =>
        $"""
        <section aria-labelledby="remains"><h2 id="remains">What an undo does not bring back</h2>
        <p>ConfigMaps, Secrets, data, what migrations did, and the number of replicas stay as they are.</p>
        {facts.Request.Findings.Where(finding => finding.Code == FindingsPart.NotRestored).Select(finding => (Markup)$"<p>{finding.Message}</p>")}
        </section>
        """;
}
