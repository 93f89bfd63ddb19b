namespace McpRollout.Approvals.Approvers;

/// <summary>
/// Whom a name means. Two spellings are one person exactly if their canonical forms are equal. Only this decides it: a database folds case
/// by rules of its own, which differ from one to the next.
/// </summary>
internal sealed record ApproverName
{
    // What is taken for one another in common typefaces, capital I included: canonical, it is i.
    private const string Mistakable = "01i528._";
    private const string MistakenFor = "ollszb--";

    private ApproverName(string canonical) => Canonical = canonical;

    /// <summary>The name in lower case. Its alphabet is of ASCII, where case is the same everywhere.</summary>
    public string Canonical { get; }

    /// <summary>The name that was written; null if nobody can be enrolled under it.</summary>
    public static ApproverName? Read(string written) =>
        Enrolment.NameError(written) is null ? new ApproverName(written.ToLowerInvariant()) : null;

    /// <summary>Whether a person could take one for the other.</summary>
    public bool LooksLike(ApproverName other) => Outline() == other.Outline();

    private string Outline() => string.Concat(Canonical
        .Replace("rn", "m", StringComparison.Ordinal)
        .Replace("vv", "w", StringComparison.Ordinal)
        .Select(each => Mistakable.IndexOf(each, StringComparison.Ordinal) is var at && at >= 0 ? MistakenFor[at] : each));
}
