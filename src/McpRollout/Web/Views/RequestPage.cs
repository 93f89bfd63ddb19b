namespace McpRollout.Web.Views;

/// <summary>
/// The page of one request: what a person needs to decide, in the order in which they need it, and afterwards what became of it.
/// </summary>
internal static class RequestPage
{
    public static Markup Render(RequestFacts facts)
    {
        var (plan, standing) = (facts.Plan, StatusBanner.Of(facts.Request, facts.Clock));
        return Layout.Document(
            $"{standing.Short}: {plan.Name} {(plan.Resume is null ? $"{plan.FromRevision} → {plan.ToRevision}" : "resume owner")}",
            standing.Severity,
            $"""
            <div class="columns">
            <div class="first">
            <div id="first" data-live>
            {Headline(facts)}
            {Banner(facts, standing)}
            {DenialsPart.Render(facts)}
            {Markup.If(facts.IsDecidable, GlancePart.Render(facts))}
            </div>
            {Markup.If(!facts.IsDecidable, DecisionPart.Refusal(facts))}
            </div>
            <div class="deciding" id="deciding" data-live>
            {MatchPart.Render(facts)}
            {DecisionPart.Render(facts)}
            </div>
            <div class="facts" id="facts" data-live>
            {OutcomePart.Render(facts)}
            {(facts.IsDecidable ? Markup.Empty : HealthPart.Render(facts))}
            {FindingsPart.Render(facts)}
            {ChangesPart.Render(facts)}
            {(facts.IsDecidable ? HealthPart.Render(facts) : HealthPart.Then(facts))}
            {KnownPart.Render(facts)}
            {Markup.If(plan.Resume is null, RemainsPart.Render(facts))}
            {RequesterPart.Render(facts)}
            {Markup.If(facts.IsDecidable, PolicyPart.Render(facts))}
            </div>
            </div>
            {(facts.IsDecidable ? News(facts) : Layout.Refreshing(facts.Path, facts.Request.IsAtRest ? null : !facts.IsStill))}
            {Footer(facts.Request)}
            """,
            follow: facts.Request.IsAtRest ? null : facts.Path,
            seen: PageNews.Of(facts.Request, facts.Clock.Instant).Mark,
            refresh: facts.IsStill || facts.IsDecidable || facts.Request.IsAtRest ? null : facts.Request.IsSettled ? 10 : 2,
            reader: facts.Reader);
    }

    private static Markup Headline(RequestFacts facts) =>
        $"""
        <h1 id="subject">
        <span class="verb">{(facts.Plan.Resume is null ? "Undo" : "Resume the owner of")} {facts.Plan.Workload.TypeName}</span>
        <span class="workload"><span class="namespace"><span class="unseen">in namespace </span>{facts.Plan.Namespace}<span class="slash">/</span></span><wbr><span class="name">{facts.Plan.Name}</span></span>
        {Revisions(facts)}
        </h1>
        <p class="cluster{(facts.Request.IsProduction ? " production" : "")}" id="cluster">on cluster <b>{facts.Plan.Cluster}</b>{Markup.If(facts.Request.IsProduction, $""" <span class="mark">production</span>""")} <span class="server">{facts.Plan.Server}</span></p>
        """;

    private static Markup Revisions(RequestFacts facts) => facts.Plan.Resume is { } resume
        ? (Markup)$"""<span class="revisions"><b>{resume.Owner.ToString()}</b></span>"""
        : $"""<span class="revisions">revision <b>{facts.Plan.FromRevision}</b> <span class="arrow" aria-hidden="true">→</span><span class="unseen">back to</span> <b>{facts.Plan.ToRevision}</b>{HowFar(facts)}</span>""";

    private static Markup HowFar(RequestFacts facts) => facts.Before is { StepsBack: var steps }
        ? $""" <span class="far">{steps} revision{(steps == 1 ? "" : "s")} back{(MadeAt(facts) is { } made ? $", made {facts.Clock.Since(made)}" : "")}</span>"""
        : Markup.Empty;

    private static DateTimeOffset? MadeAt(RequestFacts facts) =>
        facts.Before?.Revisions.FirstOrDefault(note => note.Revision == facts.Plan.ToRevision)?.CreatedAt;

    private static Markup Banner(RequestFacts facts, StatusBanner standing) =>
        $"""
        <div class="banner {standing.Severity.ToClass()}" id="standing" role="status">{standing.Symbol}
        <div><p class="standing">{standing.Long}</p>{Deadline(facts)}</div></div>
        {Moved(facts)}
        {Markup.If(facts.IsDecidable, PolicyPart.Freezes(facts))}
        """;

    private static Markup Deadline(RequestFacts facts) => facts switch
    {
        { IsDecidable: true } =>
            $"<p>Expires in <b>{facts.Clock.Until(facts.Request.ExpiresAt)}</b>, at {facts.Clock.At(facts.Request.ExpiresAt)}; "
                + $"then nothing changes.</p>",
        { Request.State: RequestState.Approved } =>
            $"<p>If it cannot be carried out by {facts.Clock.At(facts.Request.ExpiresAt)}, it expires.</p>",
        _ => Markup.Empty,
    };

    private static Markup Moved(RequestFacts facts) => facts.Health switch
    {
        { Moved: { } moved } =>
            $"""<div class="banner bad" id="moved" role="alert">{Icon.Warning}<div><p class="standing">{(facts.Plan.IsRelease ? "The release" : facts.Plan.Resume is null ? "The workload" : "The workload, or its owner,")} is no longer what this page shows.</p><p>{moved} An approval would end as stale, with nothing changed. The agent can ask again.</p></div></div>""",
        { OtherCluster: { } other } =>
            $"""<div class="banner attention" id="elsewhere">{Icon.Info}<div><p class="standing">This request is for another cluster than this server's.</p><p>This server is connected to <b>{other}</b>. A decision taken here counts; an instance that is connected to <b>{facts.Plan.Cluster}</b> carries it out.</p></div></div>""",
        _ => Markup.Empty,
    };

    // What is typed would be lost if it came by itself.
    private static Markup News(RequestFacts facts) =>
        $"""<noscript><p class="aside">Without scripts this page does not learn of news. <a href="{facts.Path}">Load it again</a></p></noscript>""";

    private static Markup Footer(UndoRequest request) =>
        $"""<footer><dl><div><dt>Request</dt><dd><code>{request.Id}</code></dd></div><div><dt>Plan digest</dt><dd><code>{request.Plan.Digest}</code></dd></div></dl></footer>""";
}
