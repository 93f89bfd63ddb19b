using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>What comes of resuming an owner that an undo paused. Pure.</summary>
internal static class OwnerResumeChecks
{
    /// <summary>All findings, the gravest first.</summary>
    /// <param name="owner">The owner, which is paused.</param>
    /// <param name="workload">The workload whose undo paused it.</param>
    /// <param name="isOnRecord">Whether what that undo did is on record.</param>
    public static IReadOnlyList<Finding> For(Owner owner, WorkloadRef workload, bool isOnRecord = true) =>
        [.. new[] { SourceUnchanged(owner, workload) }.OfType<Finding>(), ResumesOwner(owner, workload, isOnRecord)];

    /// <summary>What is undone would be done again.</summary>
    public static Finding? SourceUnchanged(Owner owner, WorkloadRef workload) => (owner.Offered, owner.Revision) switch
    {
        ({ } now, { } then) when now != then => null,
        ({ } now, _) => OwnerFindingKinds.SourceUnchanged.Of(
            $"The source of {owner.Ref} has {now} still, which is what was undone: once it is resumed it brings that template of "
                + $"{workload} back{(owner.IsQuick ? " within seconds" : "")}.", now),
        _ => OwnerFindingKinds.SourceUnchanged.Of(
            $"{owner.Ref} does not say what its source has now: unless that was changed since the undo, it brings the template of "
                + $"{workload} back that was undone.", owner.Ref.ToString()),
    };

    private static Finding ResumesOwner(Owner owner, WorkloadRef workload, bool isOnRecord)
    {
        var since = owner.PausedSince is { } at ? $" since {TimeText.Of(at)}" : "";
        var record = isOnRecord ? "" : ", by the mark on it alone: that undo is not on record here";
        var source = owner.Source is { } from ? $" ({from}{(owner.Revision is { } then ? $" at {then}" : "")})" : "";
        var others = owner.Kept is { } kept and > 1 ? $", and {kept - 1} more {(kept == 2 ? "object" : "objects")}" : "";
        return OwnerFindingKinds.ResumesOwner.Of(
            $"{owner.Ref} ({owner.Ref.Kind.ToTool()}) is paused{since} by {owner.PausedBy}{record}. Once it is resumed it keeps "
                + $"{workload}{others} again as its source says{source}, at its next sync"
                + (owner.Offered is { } now && now != owner.Revision ? $", which brings {now}." : "."));
    }
}
