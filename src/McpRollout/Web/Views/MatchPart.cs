namespace McpRollout.Web.Views;

/// <summary>The code by which a person sees that the agent and the page speak of the same plan.</summary>
internal static class MatchPart
{
    public static Markup Render(RequestFacts facts) =>
        $"""
        <section class="match" aria-labelledby="match"><h2 id="match">Match code</h2>
        <p class="code">{facts.Request.MatchCode}</p>
        {Markup.If(facts.IsDecidable, $"<p>Must be equal to what your assistant shows. If it is not, deny.</p>")}
        </section>
        """;
}
