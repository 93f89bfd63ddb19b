using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What has become of a rolled back release. Pure.</summary>
/// <param name="Rollout">The verdict.</param>
/// <param name="Message">What is so, in sentences.</param>
internal sealed record RollbackVerdict(UndoRollout Rollout, string Message)
{
    /// <summary>Judges by Helm's records and by the release's workloads.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="made">The revision that Helm made of the rollback.</param>
    /// <param name="history">The release.</param>
    /// <param name="workloads">The workloads of its last revision.</param>
    /// <param name="end">How helm ended; null while it runs, or where that is not known.</param>
    /// <param name="elapsed">Since helm was run.</param>
    /// <param name="deadline">After how long a release that is not complete counts as degraded.</param>
    public static RollbackVerdict Judge(
        UndoPlan plan,
        long made,
        ReleaseHistory history,
        IReadOnlyList<ReleaseWorkload> workloads,
        HelmEnd? end,
        TimeSpan elapsed,
        TimeSpan deadline)
    {
        if (history.Current.Number > made)
        {
            return new(UndoRollout.Superseded, $"Revision {history.Current.Number} of {plan.Workload} "
                + $"({history.Current.Status.ToName()}) has taken the place of this rollback.");
        }

        if (history.Current.Status is ReleaseStatus.Uninstalled or ReleaseStatus.Uninstalling)
            return new(UndoRollout.Superseded, $"{plan.Workload} was taken away after the rollback.");
        var rollout = ReleaseRollout.Judge(history, workloads);
        return rollout.State switch
        {
            _ when history.Current.Number < made =>
                new(UndoRollout.Superseded, $"Revision {made} of {plan.Workload} is gone from Helm's records."),
            RolloutState.Complete => new(UndoRollout.Healthy, rollout.Message),
            RolloutState.Failed => new(UndoRollout.Degraded, rollout.Message),
            _ when history.Current.Status.IsPending() && end is not null => new(UndoRollout.Degraded,
                $"Helm ended before it was done, and revision {made} stays {history.Current.Status.ToName()}: not all "
                    + $"objects may be those of revision {plan.ToRevision}. {RollbackTelling.Said(end)} Another rollback is the way out. "
                    + rollout.Message),
            _ when elapsed >= deadline => new(UndoRollout.Degraded,
                $"Not complete after {Verification.Text(elapsed)}: {rollout.Message}"
                    + (history.Current.Status.IsPending() ? " If no helm works on it any more, another rollback is the way out." : "")),
            _ => new(UndoRollout.Progressing, rollout.Message),
        };
    }
}
