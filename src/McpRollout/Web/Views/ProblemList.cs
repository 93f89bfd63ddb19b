namespace McpRollout.Web.Views;

/// <summary>What holds pods up, in the cluster's own words.</summary>
internal static class ProblemList
{
    private const int Unfolded = 4;

    /// <summary>Each problem once, with the pods that have it.</summary>
    public static Markup Render(IReadOnlyList<PodProblem> problems) =>
        Fold.List("problems", [.. SharedProblem.Of(problems).Select(Line)], Unfolded, "more problems");

    private static Markup Line(SharedProblem problem) =>
        $"""<li>{Icon.Warning}<div><p><b>{problem.Reason}</b>{Markup.If(problem.Container is not null, $" in container <code>{problem.Container}</code>")}{One(problem)}</p>{Message(problem)}{Many(problem)}</div></li>""";

    private static Markup One(SharedProblem problem) =>
        problem.Pods is [var only] ? (Markup)$" of {Pod(only)}" : $", {problem.Pods.Count} pods";

    private static Markup Many(SharedProblem problem) => Markup.If(problem.Pods.Count > 1,
        $"""<details data-fold="{problem.Reason} {problem.Container}"><summary>The {problem.Pods.Count} pods</summary><ul class="pods">{problem.Pods.Select(pod => (Markup)$"<li>{Pod(pod)}</li>")}</ul></details>""");

    private static Markup Pod((string Name, int Restarts) pod) =>
        $"<code>{pod.Name}</code>{Markup.If(pod.Restarts > 0, $", restarted {pod.Restarts}×")}";

    private static Markup Message(SharedProblem problem) =>
        Markup.If(!string.IsNullOrEmpty(problem.Message), $"""<p class="said">{problem.Message}</p>""");
}
