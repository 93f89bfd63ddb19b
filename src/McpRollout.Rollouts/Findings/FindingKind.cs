using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>One thing that is looked for before a person is asked.</summary>
/// <param name="Severity">What it means for an undo.</param>
/// <param name="Code">Its stable name in kebab case.</param>
/// <param name="Headline">The same in at most six words, for a glance.</param>
/// <param name="Meaning">What it says, for docs/findings.md.</param>
/// <param name="Remedy">What to do; the last words of each such finding.</param>
internal sealed record FindingKind(FindingSeverity Severity, string Code, string Headline, string Meaning, string Remedy = "")
{
    /// <summary>A finding of this kind, by one sentence, or a few, that says what is so, and about what.</summary>
    public Finding Of(string what, params IReadOnlyList<string> subjects) =>
        new(Severity, Code, Remedy.Length == 0 ? what : $"{what} {Remedy}") { Subjects = subjects.Count == 0 ? null : subjects };

    /// <summary>A finding about what was found, as a sentence lists it; null where nothing was.</summary>
    public Finding? OfAny(IEnumerable<string> found, Func<string, string> what)
    {
        string[] names = [.. found];
        return names.Length == 0 ? null : Of(what(NameList.Of(names)), names);
    }
}
