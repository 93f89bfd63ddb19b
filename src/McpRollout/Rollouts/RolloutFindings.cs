namespace McpRollout.Rollouts;

/// <summary>What is worth knowing before a person decides about an undo.</summary>
internal static class RolloutFindings
{
    /// <summary>The findings about bringing a revision back, the gravest first.</summary>
    public static IReadOnlyList<Finding> For(RevisionHistory history, Revision target) => [];
}
