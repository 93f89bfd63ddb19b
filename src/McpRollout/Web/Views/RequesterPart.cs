namespace McpRollout.Web.Views;

/// <summary>Who asks, and why, marked as the agent's words.</summary>
internal static class RequesterPart
{
    private static Markup Words(UndoRequest request) => request.WayHome is { } home
        ? (Markup)$"""<p>Asked for on the page of <a href="{RequestFacts.PathOf(home.Undo)}">{home.Undo}</a>{Markup.If(home.Person is not null, $" by {home.Person}")}, to take it back. {request.Reason}</p>"""
        : Quote.Of("The agent’s words, not verified", request.Reason);

    public static Markup Render(RequestFacts facts)
    {
        var (request, requester) = (facts.Request, facts.Request.Requester);
        return
            $"""
            <section aria-labelledby="requester"><h2 id="requester">Who asks, and why</h2>
            {Words(request)}
            <dl class="facts-list">
            <div><dt>On behalf of</dt><dd>{requester.Person}{Markup.If(requester.OnBehalfOf is not null, $" <span class=\"aside\">(the server runs as {requester.User})</span>")}</dd></div>
            <div><dt>With the client</dt><dd>{requester.Client} <span class="aside">(as it calls itself)</span></dd></div>
            <div><dt>Asked</dt><dd>{facts.Clock.Since(request.CreatedAt)}, {facts.Clock.At(request.CreatedAt)}</dd></div>
            </dl>
            </section>
            """;
    }
}
