using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What became of a run of helm, by Helm's own records.</summary>
internal enum RollbackFate
{
    /// <summary>There is no record of it yet.</summary>
    Open,

    /// <summary>Helm made the revision.</summary>
    Arrived,

    /// <summary>Somebody else made the next revision, and there is none of this rollback.</summary>
    Overtaken,

    /// <summary>The record that would tell is not kept any more, or the release is gone.</summary>
    Lost,

    /// <summary>The records could not be read.</summary>
    Unreadable,
}

/// <summary>Tells the fate from one look at the release. Pure.</summary>
internal static class RollbackFates
{
    /// <summary>The fate of the plan's rollback, and the revision that Helm made of it: Helm takes the number after the last one that it
    /// finds, which is not the planned one where somebody else was faster.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="look">The release as it is at this moment, with the records of all revisions since the one that was shown.</param>
    public static (RollbackFate Fate, long? Made) Of(UndoPlan plan, ClusterAnswer<ReleaseHistory> look)
    {
        if (!look.Succeeded)
            return (look.Failure.Kind == ClusterFailureKind.NotFound ? RollbackFate.Lost : RollbackFate.Unreadable, null);
        var since = look.Value.Revisions.Where(each => each.Number > plan.FromRevision).OrderBy(each => each.Number).ToList();
        if (since.Find(each => each.Record?.Digest == plan.ToDigest) is { } made)
            return (RollbackFate.Arrived, made.Number);
        return (since switch
        {
            [] => look.Value.Find(plan.FromRevision) is null ? RollbackFate.Lost : RollbackFate.Open,
            [var first, ..] when first.Number != plan.ReleaseRevision => RollbackFate.Lost,
            _ when since.Exists(each => each.Record is null) => RollbackFate.Unreadable,
            _ => RollbackFate.Overtaken,
        }, null);
    }
}
