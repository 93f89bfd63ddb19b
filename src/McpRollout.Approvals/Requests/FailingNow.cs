namespace McpRollout.Approvals.Requests;

/// <summary>What fails of a workload, in a line.</summary>
/// <param name="Pods">How many of its pods are not ready.</param>
/// <param name="What">What holds them up; null where nothing is known.</param>
/// <param name="Words">What the cluster says of it.</param>
internal sealed record FailingNow(string Pods, string? What, string? Words)
{
    // Two lines of a telephone. Programs say at the end what went wrong.
    private const int LongestWords = 90;

    /// <summary>As it is now.</summary>
    public static FailingNow Of(RolloutSnapshot snapshot) =>
        Of(snapshot.Status.Replicas, snapshot.Problems, Stall.Headline(snapshot));

    /// <summary>As it was when it was taken down.</summary>
    public static FailingNow Of(HealthView health) => Of(health.Replicas ?? new(0, 0, 0, 0), health.Problems, null);

    private static FailingNow Of(ReplicaCounts pods, IReadOnlyList<PodProblem> problems, string? stall)
    {
        var missing = pods.Desired - pods.Ready;
        var gravest = SharedProblem.Of(problems) is [var first, ..] ? first : null;
        var what = stall ?? (gravest is null ? null : $"{gravest.Pods.Count} of them: {gravest.Reason}");
        return new(
            missing > 0 ? $"{missing} of {pods.Desired} pods not ready" : $"nothing: {pods.Ready} of {pods.Desired} pods are ready",
            what is null || missing > 0 ? what : $"{what}, beside them",
            gravest?.Message is { } words ? VisibleText.EndsOf(words, LongestWords) : null);
    }
}
