using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;

namespace McpRollout.Rollouts.Undo;

/// <summary>What has become of an applied undo.</summary>
/// <param name="Rollout">The verdict.</param>
/// <param name="Message">One sentence that says why.</param>
internal sealed record UndoVerdict(UndoRollout Rollout, string Message)
{
    /// <summary>Judges the workload as it is now against what was applied.</summary>
    /// <param name="now">The workload now; null when it is gone.</param>
    /// <param name="uid">The uid of the workload that it was applied to.</param>
    /// <param name="targetTemplateDigest">The digest of the template that was brought back.</param>
    /// <param name="requestId">The request, as its annotation names it.</param>
    /// <param name="problems">What holds the rollout up, <see cref="RolloutSnapshot.CurrentProblems"/>.</param>
    /// <param name="elapsed">Since it was applied.</param>
    /// <param name="deadline">After how long a rollout that has not failed by itself counts as degraded; StatefulSets and DaemonSets have
    /// no deadline of their own.</param>
    /// <param name="stuck">What is to be said of <see cref="StuckPods"/>; null if there are none. With one an undo is never
    /// healthy.</param>
    public static UndoVerdict Judge(
        Workload? now,
        string uid,
        string targetTemplateDigest,
        string requestId,
        IReadOnlyList<PodProblem> problems,
        TimeSpan elapsed,
        TimeSpan deadline,
        string? stuck = null)
    {
        if (Superseder(now, uid, targetTemplateDigest, requestId) is { } superseder)
            return new(UndoRollout.Superseded, superseder);

        var status = RolloutStatus.Judge(now!);
        var message = Waits(now!, status) ? $"{status.Message}: {ToGoOn(now!.Ref)}" : status.Message;
        return status.State switch
        {
            RolloutState.Complete when stuck is null => new(UndoRollout.Healthy, message),
            RolloutState.Failed => new(UndoRollout.Degraded, Because(message, problems, stuck)),
            _ when elapsed >= deadline =>
                new(UndoRollout.Degraded, Because($"Not healthy after {Text(elapsed)}: {message}", problems, stuck)),
            _ => new(UndoRollout.Progressing, stuck is null ? message : $"{message} {stuck}"),
        };
    }

    private static bool Waits(Workload now, RolloutStatus status) =>
        now.Type == ResourceType.Rollout && status.State == RolloutState.Paused;

    private static string ToGoOn(WorkloadRef rollout) =>
        "it goes on when the pause is over, or when somebody says so "
            + $"(kubectl argo rollouts promote {rollout.Name} -n {rollout.Namespace}).";

    /// <summary>What has taken the place of an applied undo; null while it stands.</summary>
    public static string? Superseder(Workload? now, string uid, string targetTemplateDigest, string requestId)
    {
        if (now is null)
            return "The workload is gone.";
        if (now.Uid != uid)
            return "The workload was deleted and made again.";
        if (now.TemplateDigest != targetTemplateDigest)
            return "A newer change of its pod template has taken the place of this undo.";

        // Its absence proves nothing: others may replace annotations (kubectl rollout undo does) without touching the template.
        return now.Annotations.TryGetValue(UndoAnnotations.RequestId, out var latest) && latest != requestId
            ? "A later undo has brought the same pod template back."
            : null;
    }

    private static string Because(string message, IReadOnlyList<PodProblem> problems, string? stuck)
    {
        var end = stuck is null ? "" : $". {stuck}";
        if (problems.Count == 0)
            return stuck is null ? message : $"{message.TrimEnd('.')}{end}";

        var first = problems.FirstOrDefault(problem => problem.LooksTerminal) ?? problems[0];
        var container = first.Container is null ? "" : $", container {first.Container}";
        var detail = first.Message is null ? "" : $" ({first.Message})";
        return $"{message.TrimEnd('.')}; {first.Pod}{container}: {first.Reason}{detail}{end}";
    }

    private static string Text(TimeSpan elapsed) =>
        elapsed.TotalSeconds < 120 ? $"{(int)elapsed.TotalSeconds} s" : $"{(int)elapsed.TotalMinutes} min";
}
