namespace McpRollout.Web.Views;

/// <summary>What a person sees where there is nothing else to show.</summary>
internal static class ProblemPage
{
    public static Markup Render(Problem problem) => Layout.Document(
        problem.Title,
        BannerSeverity.Quiet,
        $"""
        <h1 class="plain">{problem.Title}</h1>
        <div class="nothing">
        <p>{problem.Detail}</p>
        <p><a href="/">See the open and recent requests</a></p>
        </div>
        """);
}
