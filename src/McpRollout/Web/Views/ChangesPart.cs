namespace McpRollout.Web.Views;

/// <summary>What an approval carries out: the lines that change, and the steps.</summary>
internal static class ChangesPart
{
    private const int Unfolded = 12;

    public static Markup Render(RequestFacts facts) =>
        $"""
        <section aria-labelledby="changes"><h2 id="changes">{Title(facts)}</h2>
        {Markup.If(facts.Plan.Pins is not null, $"<p>Images come back by the digests that they were seen to run, whatever their tags name now.</p>")}
        {Lines(facts.Request)}
        {DiffPart.Render(facts)}
        </section>
        <section aria-labelledby="steps"><h2 id="steps">What an approval does, in order</h2>
        <ol class="steps">{facts.Request.Steps.Select(step => (Markup)$"<li>{step}</li>")}</ol>
        </section>
        """;

    private static string Title(RequestFacts facts) => facts.Request.State switch
    {
        _ when facts.IsDecidable => "What will change",
        RequestState.Approved or RequestState.Executing or RequestState.Unknown or RequestState.Applied => $"What {It(facts)} changes",
        _ => $"What {It(facts)} would have changed",
    };

    private static string It(RequestFacts facts) => facts.Plan.Resume is null ? "the undo" : "the request";

    private static Markup Lines(UndoRequest request) => request.Changes.Count == 0
        ? $"<p>The two {(request.Plan.IsRelease ? "revisions" : "templates")} differ; no single difference was listed.</p>"
        : Fold.List("changes", [.. request.Changes.Select(change => (Markup)$"<li>{change}</li>")], Unfolded, "more changes");
}
