namespace McpRollout.Web.Views;

/// <summary>What holds pods up, in the cluster's own words.</summary>
internal static class ProblemList
{
    private const int Unfolded = 4;

    public static Markup Render(IReadOnlyList<PodProblem> problems) =>
        Fold.List("problems", [.. problems.Select(Line)], Unfolded, "more pods with problems");

    private static Markup Line(PodProblem problem) =>
        $"""<li>{Icon.Warning}<div><p><b>{problem.Reason}</b> <code>{problem.Pod}</code>{Where(problem)}</p>{Message(problem)}</div></li>""";

    private static Markup Where(PodProblem problem) =>
        $"""{Markup.If(problem.Container is not null, $", container <code>{problem.Container}</code>")}{Markup.If(problem.Restarts > 0, $", restarted {problem.Restarts}×")}""";

    private static Markup Message(PodProblem problem) =>
        Markup.If(!string.IsNullOrEmpty(problem.Message), $"""<p class="said">{problem.Message}</p>""");
}
