namespace McpRollout.Rollouts.Findings;

/// <summary>What is looked for in a Rollout of Argo Rollouts only.</summary>
internal static class ArgoFindingKinds
{
    public static readonly FindingKind TemplateElsewhere = new(FindingSeverity.Blocks, "template-elsewhere",
        "Its template stands elsewhere",
        "A Rollout takes its pod template from another object (`spec.workloadRef`): there is none in it that an undo could bring back. "
            + "Where that is a Deployment, ask for the undo of the Deployment.");

    public static readonly FindingKind StepsAgain = new(FindingSeverity.Warns, "steps-again",
        "Steps and analysis run again",
        "A Rollout goes through its steps and analysis on the way back too, unless the target lies within its `spec.rollbackWindow`, is "
            + "the stable revision in the middle of an update, or, blue-green, still runs.",
        "Until they are done some pods stay as they are; once it is applied, somebody can skip them: kubectl argo rollouts promote "
            + "--full.");

    public static readonly FindingKind AbortInstead = new(FindingSeverity.Informs, "abort-instead",
        "Abort is the quicker way back",
        "A Rollout is in the middle of an update: to abort it is the quicker way back to its stable revision.");
}
