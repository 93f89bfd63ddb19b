namespace McpRollout.Web.Views;

/// <summary>What was known of the revision that is to come back, and of the others.</summary>
internal static class KnownPart
{
    /// <summary>The part; nothing for a request that is older than snapshots.</summary>
    public static Markup Render(RequestFacts facts)
    {
        if (facts.Before?.Revisions is not { } revisions
            || revisions.FirstOrDefault(note => note.Revision == facts.Plan.ToRevision) is not { } target)
            return Markup.Empty;
        return
            $"""
            <section aria-labelledby="known"><h2 id="known">What is known of revision {target.Revision}</h2>
            {Facts(target, facts.Clock)}
            <details><summary>The history when it was asked for: {revisions.Count} of its revisions</summary>
            {revisions.Select(note => Revision(note, facts))}
            </details>
            </section>
            """;
    }

    private static Markup Revision(RevisionNote note, RequestFacts facts) =>
        $"""<h3>Revision {note.Revision}{(note.Revision == facts.Plan.FromRevision ? " (current then)" : "")}</h3>{Facts(note, facts.Clock)}""";

    private static Markup Facts(RevisionNote note, PageClock clock) =>
        $"""
        <ul class="known">
        {(note.CreatedAt is { } made ? (Markup)$"<li>made {clock.Since(made)}, {clock.At(made)}</li>" : Markup.Empty)}
        {note.Known.Select(line => (Markup)$"<li>{line}</li>")}
        {(note.ChangeCause is { } cause ? (Markup)$"<li>change-cause, in the words of whoever set it: <q>{cause}</q></li>" : Markup.Empty)}
        {note.Images.Select(image => (Markup)$"<li>runs <code>{image}</code></li>")}
        </ul>
        """;
}
