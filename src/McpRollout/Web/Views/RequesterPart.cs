namespace McpRollout.Web.Views;

/// <summary>Who asks, and why, marked as the agent's words.</summary>
internal static class RequesterPart
{
    /// <summary>Who asked on the page of an undo, as far as it knows.</summary>
    public static string WhoAsked(WayHomeOf home) => home.Person ?? "somebody who was not signed in (it may have been the agent)";

    /// <summary>What was asked for there.</summary>
    public static string WhatFor(UndoPlan plan) => plan.Resume is null ? "to take it back" : "to end its pause";

    private static Markup Words(UndoRequest request) => request.WayHome is { } home
        ? (Markup)$"""<p>Asked for on the page of <a href="{RequestFacts.PathOf(home.Undo)}">{home.Undo}</a> by {WhoAsked(home)}, {WhatFor(request.Plan)}.</p>"""
        : Quote.Of("The agent’s words, not verified", request.Reason);

    public static Markup Render(RequestFacts facts)
    {
        var (request, requester) = (facts.Request, facts.Request.Requester);
        return
            $"""
            <section aria-labelledby="requester"><h2 id="requester">Who asks, and why</h2>
            {Words(request)}
            <dl class="facts-list">
            <div><dt>On behalf of</dt><dd>{requester.Person}{Markup.If(requester.OnBehalfOf is not null, $" <span class=\"aside\">({(requester.IsByToken ? "its token says" : "the server runs as")} {requester.User})</span>")}</dd></div>
            {Markup.If(request.WayHome is null, $"<div><dt>With the client</dt><dd>{requester.Client} <span class=\"aside\">({requester.ClientIsKnown})</span></dd></div>")}
            <div><dt>Asked</dt><dd>{facts.Clock.Since(request.CreatedAt)}, {facts.Clock.At(request.CreatedAt)}</dd></div>
            </dl>
            </section>
            """;
    }
}
