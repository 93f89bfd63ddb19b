namespace McpRollout.Rollouts.Owners;

/// <summary>What becomes of the commit that an owner brought, once an undo has paused that owner.</summary>
/// <param name="IsOpened">Whether its revert is opened for people to merge, as a step of the undo; else it is left to them.</param>
/// <param name="Text">What is opened, or why nothing is, in sentences.</param>
internal sealed record RevertOutlook(bool IsOpened, string Text);
