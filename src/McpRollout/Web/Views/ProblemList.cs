namespace McpRollout.Web.Views;

/// <summary>What holds pods up, in the cluster's own words.</summary>
internal static class ProblemList
{
    private const int Unfolded = 4;

    public static Markup Render(IReadOnlyList<PodProblem> problems) =>
        Fold.List("problems", [.. problems.Select(Line)], Unfolded, "more pods with problems");

    private static Markup Line(PodProblem problem) =>
        $"""<li>{Icon.Warning}<div><p><b>{problem.Reason}</b> <code>{problem.Pod}</code>{Container(problem)}{Restarts(problem)}</p>{Message(problem)}</div></li>""";

    private static Markup Container(PodProblem problem) =>
        problem.Container is { } name ? $", container <code>{name}</code>" : Markup.Empty;

    private static Markup Restarts(PodProblem problem) => problem.Restarts > 0 ? $", restarted {problem.Restarts}×" : Markup.Empty;

    private static Markup Message(PodProblem problem) =>
        string.IsNullOrEmpty(problem.Message) ? Markup.Empty : $"""<p class="said">{problem.Message}</p>""";
}
