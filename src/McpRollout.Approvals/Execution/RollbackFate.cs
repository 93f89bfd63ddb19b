using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What became of a run of helm, by Helm's own records.</summary>
internal enum RollbackFate
{
    /// <summary>There is no record of it yet.</summary>
    Open,

    /// <summary>Helm made the revision.</summary>
    Arrived,

    /// <summary>Somebody else made a revision of that number first, so that helm made none, and changed nothing.</summary>
    Overtaken,

    /// <summary>The release is gone.</summary>
    Gone,

    /// <summary>The records could not be read.</summary>
    Unreadable,
}

/// <summary>Tells the fate from one look at the release. Pure.</summary>
internal static class RollbackFates
{
    /// <summary>The fate of the plan's rollback. Helm makes the record before it changes anything, and no two of a number.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="look">The release, with the record of the revision that the rollback makes.</param>
    public static RollbackFate Of(UndoPlan plan, ClusterAnswer<ReleaseHistory> look) =>
        !look.Succeeded ? look.Failure.Kind == ClusterFailureKind.NotFound ? RollbackFate.Gone : RollbackFate.Unreadable
        : look.Value.Find(plan.ReleaseRevision) is not { } made
            ? look.Value.Current.Number > plan.ReleaseRevision ? RollbackFate.Overtaken : RollbackFate.Open
        : made.Record is null ? RollbackFate.Unreadable
        : made.Record.Digest == plan.ToDigest ? RollbackFate.Arrived
        : RollbackFate.Overtaken;
}
