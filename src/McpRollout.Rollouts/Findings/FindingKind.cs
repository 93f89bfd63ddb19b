namespace McpRollout.Rollouts.Findings;

/// <summary>One thing that is looked for before a person is asked.</summary>
/// <param name="Severity">What it means for an undo.</param>
/// <param name="Code">Its stable name in kebab case.</param>
/// <param name="Meaning">What it says, for docs/findings.md.</param>
/// <param name="Remedy">What to do; the last words of each such finding.</param>
internal sealed record FindingKind(FindingSeverity Severity, string Code, string Meaning, string Remedy)
{
    /// <summary>A finding of this kind.</summary>
    /// <param name="what">One sentence, or a few, that says what is so.</param>
    public Finding Of(string what) => new(Severity, Code, Remedy.Length == 0 ? what : $"{what} {Remedy}");
}
