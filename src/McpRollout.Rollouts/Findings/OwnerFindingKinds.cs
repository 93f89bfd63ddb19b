namespace McpRollout.Rollouts.Findings;

/// <summary>What is told of an owner that an undo paused: its source, where <c>Git:Hosts</c> is set, and what resuming it brings.</summary>
internal static class OwnerFindingKinds
{
    public static readonly FindingKind SourceUnchanged = new(FindingSeverity.Warns, "source-unchanged",
        "The undone template comes back",
        "`resume_owner` only: the source of the owner that is resumed has the commit that it had when the template was undone, or the "
            + "owner does not say which it has.",
        "Have the source changed first, or be sure that it was.");

    public static readonly FindingKind ResumesOwner = new(FindingSeverity.Informs, "resumes-owner",
        "Its owner puts back again",
        "`resume_owner` only: which owner is resumed, since when and by which undo it is paused, at which commit its source is, and how "
            + "much else it keeps.");

    public static readonly FindingKind OpensRevert = new(FindingSeverity.Informs, "opens-revert",
        "Its revert is opened in Git",
        "With `Git:Hosts` and `pause_owner` only: once the undo is applied, a pull or merge request is opened that reverts the commit "
            + "which brought the template. Whether that commit is to blame is for its reviewers to say.",
        "It is not merged: a person does that, and resumes the owner then.");

    public static readonly FindingKind RevertByHand = new(FindingSeverity.Informs, "revert-by-hand",
        "Its source is reverted by hand",
        "With `Git:Hosts` and `pause_owner` only: no pull or merge request can be opened that reverts what the owner brought: it does not "
            + "say enough, no host of the settings covers its repository, or the host does not answer or has nothing to revert.",
        "Have it reverted by hand before the owner is resumed.");
}
