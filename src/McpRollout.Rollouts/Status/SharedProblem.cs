namespace McpRollout.Rollouts.Status;

/// <summary>One problem, and all pods that have it.</summary>
/// <param name="Reason">The cluster's own word.</param>
/// <param name="Container">The container; null where the pods as a whole are concerned.</param>
/// <param name="Message">What is said of it, in the cluster's own words, of the pod that was restarted most.</param>
/// <param name="Pods">The pods, with how often each was restarted, the most often first.</param>
internal sealed record SharedProblem(
    string Reason, string? Container, string? Message, IReadOnlyList<(string Pod, int Restarts)> Pods)
{
    /// <summary>Each problem once, what most pods have first.</summary>
    public static IReadOnlyList<SharedProblem> Of(IEnumerable<PodProblem> problems) =>
    [
        .. from problem in problems
           group problem by (problem.Reason, problem.Container) into same
           let pods = same.OrderByDescending(each => each.Restarts).DistinctBy(each => each.Pod).ToList()
           orderby pods.Count descending
           select new SharedProblem(same.Key.Reason, same.Key.Container,
               pods.Select(each => each.Message).FirstOrDefault(message => !string.IsNullOrEmpty(message)),
               [.. pods.Select(each => (each.Pod, each.Restarts))]),
    ];
}
