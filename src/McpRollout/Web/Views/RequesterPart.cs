namespace McpRollout.Web.Views;

/// <summary>Who asks, and why, marked as the agent's words.</summary>
internal static class RequesterPart
{
    public static Markup Render(RequestFacts facts)
    {
        var request = facts.Request;
        return
            $"""
            <section aria-labelledby="requester"><h2 id="requester">Who asks, and why</h2>
            {Quote.Of("The agent’s words, not verified", request.Reason)}
            <dl class="facts-list">
            <div><dt>On behalf of</dt><dd>{request.Requester.Person}{(request.Requester.OnBehalfOf is null ? Markup.Empty : ServerUser(request.Requester.User))}</dd></div>
            <div><dt>With the client</dt><dd>{request.Requester.Client} <span class="aside">(as it calls itself)</span></dd></div>
            <div><dt>Asked</dt><dd>{facts.Clock.Since(request.CreatedAt)}, {facts.Clock.At(request.CreatedAt)}</dd></div>
            </dl>
            </section>
            """;
    }

    private static Markup ServerUser(string user) => $""" <span class="aside">(the server runs as {user})</span>""";
}
