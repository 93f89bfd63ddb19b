using System.IO.Enumeration;

namespace McpRollout.Approvals.Policies;

/// <summary>A rule: what it matches, and what it then asks for. An empty matcher matches everything.</summary>
internal sealed record Rule(
    IReadOnlyList<string> Clusters,
    IReadOnlyList<string> Namespaces,
    IReadOnlyList<ResourceType> ResourceTypes,
    IReadOnlyList<string> Workloads,
    IReadOnlyList<KeyValuePair<string, string>> Labels,
    IReadOnlyList<string> Requesters,
    IReadOnlyList<string> Clients,
    ApprovalTerms Terms)
{
    /// <summary>Whether it is a rule for whatever there is.</summary>
    public bool MatchesEverything => Clusters.Count == 0 && Namespaces.Count == 0 && ResourceTypes.Count == 0
        && Workloads.Count == 0 && Labels.Count == 0 && Requesters.Count == 0 && Clients.Count == 0;

    /// <summary>Whether it is a rule for this workload, and for who asks.</summary>
    public bool Matches(string cluster, WorkloadRef workload, IReadOnlyDictionary<string, string> labels, Asker asker) =>
        Globs(Clusters, cluster)
        && Globs(Namespaces, workload.Namespace)
        && (ResourceTypes.Count == 0 || ResourceTypes.Contains(workload.Type))
        && Globs(Workloads, workload.Name)
        && Labels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && Globs(Requesters, asker.User)
        && Globs(Clients, asker.Client);

    /// <summary>Whether a name fits one of the globs, if there are any.</summary>
    public static bool Globs(IReadOnlyList<string> globs, string name) =>
        globs.Count == 0 || globs.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false));
}

/// <summary>Who asks, as rules know them.</summary>
/// <param name="User">Whom a token names, or who runs the server.</param>
/// <param name="Client">The client that the token is of; where there is none, what the client says of itself.</param>
internal sealed record Asker(string User, string Client);

/// <summary>All rules. Pure.</summary>
/// <param name="Rules">In their order.</param>
/// <param name="Default">What holds where none matches.</param>
/// <param name="IsConfigured">Whether there is anything but the built-in default.</param>
internal sealed record RuleBook(IReadOnlyList<Rule> Rules, ApprovalTerms Default, bool IsConfigured)
{
    /// <summary>What holds for a workload and who asks: a denying rule if one matches, else the first that does, else the
    /// default.</summary>
    public ApprovalTerms For(string cluster, WorkloadRef workload, IReadOnlyDictionary<string, string> labels, Asker asker)
    {
        var matching = Rules.Where(rule => rule.Matches(cluster, workload, labels, asker)).Select(rule => rule.Terms).ToList();
        return matching.Find(terms => terms.Deny) ?? matching.FirstOrDefault() ?? Default;
    }
}
