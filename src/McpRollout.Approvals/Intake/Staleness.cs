using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Whether the cluster still has what was shown to the approver.</summary>
internal static class Staleness
{
    /// <summary>What is no longer as the plan says, in a sentence; null if all is. No history means that the workload is gone.</summary>
    public static string? Of(UndoPlan plan, RevisionHistory? history)
    {
        if (history is null)
            return $"{plan.Workload} no longer exists in namespace {plan.Namespace}.";
        if (history.Workload.Uid != plan.Uid)
            return $"{plan.Workload} was deleted and made again since it was shown.";
        if (history.Workload.DeletedAt is not null)
            return $"{plan.Workload} is being deleted.";
        if (history.Workload.TemplateDigest != plan.FromDigest)
            return $"The pod template of {plan.Workload} was changed since it was shown (revision {history.Current?.Number} is current, "
                + $"revision {plan.FromRevision} was shown).";
        if (history.Workload.Paused)
            return $"{plan.Workload} was paused since it was shown.";
        if (plan.Pinned(history).Find(plan.ToRevision) is not { } target)
            return $"Revision {plan.ToRevision} is gone: it was pruned or renumbered.";
        return target.TemplateDigest == plan.ToDigest ? null : $"Revision {plan.ToRevision} is not the template that was shown.";
    }
}
