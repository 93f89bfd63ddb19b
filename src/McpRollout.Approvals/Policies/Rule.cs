using System.IO.Enumeration;

namespace McpRollout.Approvals.Policies;

/// <summary>A rule: what it matches, and what it then asks for. An empty matcher matches everything.</summary>
internal sealed record Rule(
    IReadOnlyList<string> Namespaces,
    IReadOnlyList<ResourceType> ResourceTypes,
    IReadOnlyList<string> Workloads,
    IReadOnlyList<KeyValuePair<string, string>> Labels,
    ApprovalTerms Terms)
{
    /// <summary>Whether it is a rule for whatever there is.</summary>
    public bool MatchesEverything => Namespaces.Count == 0 && ResourceTypes.Count == 0 && Workloads.Count == 0 && Labels.Count == 0;

    /// <summary>Whether it is a rule for this workload.</summary>
    public bool Matches(WorkloadRef workload, IReadOnlyDictionary<string, string> labels) =>
        Globs(Namespaces, workload.Namespace)
        && (ResourceTypes.Count == 0 || ResourceTypes.Contains(workload.Type))
        && Globs(Workloads, workload.Name)
        && Labels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value);

    /// <summary>Whether a name fits one of the globs, if there are any.</summary>
    public static bool Globs(IReadOnlyList<string> globs, string name) =>
        globs.Count == 0 || globs.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false));
}

/// <summary>All rules. Pure.</summary>
/// <param name="Rules">In their order.</param>
/// <param name="Default">What holds where none matches.</param>
/// <param name="IsConfigured">Whether there is anything but the built-in default.</param>
internal sealed record RuleBook(IReadOnlyList<Rule> Rules, ApprovalTerms Default, bool IsConfigured)
{
    /// <summary>What holds for a workload: a denying rule if one matches, else the first that does, else the default.</summary>
    public ApprovalTerms For(WorkloadRef workload, IReadOnlyDictionary<string, string> labels)
    {
        var matching = Rules.Where(rule => rule.Matches(workload, labels)).Select(rule => rule.Terms).ToList();
        return matching.Find(terms => terms.Deny) ?? matching.FirstOrDefault() ?? Default;
    }
}
