using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What a look at the release, and how helm ended, make of a request. Pure.</summary>
/// <param name="Change">The transition.</param>
internal sealed record RollbackTelling(Func<UndoRequest, DateTimeOffset, RequestChange> Change)
{
    /// <summary>What is known by now; null while nothing is.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="look">The release as it is at this moment, with the records since the revision that was shown.</param>
    /// <param name="end">How helm ended; null where it runs, or another process began it.</param>
    /// <param name="hasEnded">Whether it is not waited for any longer: helm was seen to end before the look, or there has been no sign of
    /// it for too long.</param>
    public static RollbackTelling? Of(UndoPlan plan, ClusterAnswer<ReleaseHistory> look, HelmEnd? end, bool hasEnded)
    {
        var (fate, made) = RollbackFates.Of(plan, look);
        if (fate == RollbackFate.Arrived)
        {
            var message = made == plan.ReleaseRevision
                ? $"Helm has made revision {made} of it."
                : $"Helm has made revision {made} of it. What others made since it was shown (revision {plan.ReleaseRevision} and on) was "
                    + "taken back with it: read k8s_rollout_history, and tell them.";
            return new((found, now) => ExecutionTransitions.Applied(found, message, plan.ToDigest, now, made));
        }

        if (!hasEnded)
            return null;
        var said = end is null ? "Nothing is known of the helm that was to make it." : Said(end);
        return fate switch
        {
            // Helm makes a record before it changes anything.
            RollbackFate.Open when end is { ExitCode: not 0 } => Failed(
                $"Helm made no revision of it, and so changed nothing. {said} It is not run again: ask anew if it is still wanted."),
            RollbackFate.Overtaken when end is { ExitCode: not 0 } => new((found, now) => ExecutionTransitions.Stale(
                found, $"Somebody else made revision {plan.ReleaseRevision} of {plan.Workload} first, and Helm made none of this. {said}",
                now)),
            _ => Failed($"What Helm did cannot be told from its records{Why(look)}. {said} It is not run again: read k8s_rollout_history "
                + "to see what is there now."),
        };

        static RollbackTelling Failed(string message) => new((found, now) => LaterTransitions.RollbackFailed(found, message, now));
    }

    /// <summary>How helm ended, with its own words.</summary>
    public static string Said(HelmEnd end) => end.ExitCode is null ? end.Words
        : $"It ended with exit code {end.ExitCode}{(end.Words.Length == 0 ? "." : $" and said: {VisibleText.Quoted(end.Words)}.")}";

    private static string Why(ClusterAnswer<ReleaseHistory> look) => look.Succeeded ? "" : $" ({look.Failure.Message.TrimEnd('.')})";
}
