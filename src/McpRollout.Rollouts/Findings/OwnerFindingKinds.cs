namespace McpRollout.Rollouts.Findings;

/// <summary>What is looked for where an owner that an undo paused is to be resumed.</summary>
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
}
