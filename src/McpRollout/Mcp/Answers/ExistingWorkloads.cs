using McpRollout.Mcp.Arguments;

namespace McpRollout.Mcp.Answers;

/// <summary>Says of a workload that does not exist which ones do.</summary>
internal static class ExistingWorkloads
{
    private const int NamesListed = 12;

    /// <summary>The sentence.</summary>
    /// <param name="missing">The workload that does not exist.</param>
    /// <param name="names">The names in its namespace, by type; null where they could not be read.</param>
    /// <param name="others">What else the name stands for.</param>
    public static string Text(
        WorkloadRef missing, IReadOnlyDictionary<ResourceType, IReadOnlyList<string>?> names, IReadOnlyList<SameName> others)
    {
        var sentences = new List<string> { $"There is no {missing} in namespace {missing.Namespace}." };
        var otherTypes = names.Where(pair => pair.Key != missing.Type && pair.Value is not null).ToList();
        foreach (var (type, _) in otherTypes.Where(pair => pair.Value!.Contains(missing.Name)))
            sentences.Add($"There is a {type.ToName()} of that name: use resource_type \"{type.ToName()}\".");
        sentences.AddRange(others.Select(Of));

        if (names.Values.All(list => list is { Count: 0 }) && others.Count == 0)
            sentences.Add("It has no deployments, statefulsets or daemonsets at all: check the namespace, and the cluster.");
        else if (names.GetValueOrDefault(missing.Type) is { Count: > 0 } same)
        {
            sentences.Add($"Those there: {List(missing.Name, same)}.");
            sentences.AddRange(otherTypes
                .Select(pair => (Type: pair.Key, Near: SimilarName.Nearest(missing.Name, pair.Value!.Where(name => name != missing.Name))))
                .Where(similar => similar.Near is not null)
                .Select(similar => $"There is also {similar.Type.ToName()}/{VisibleText.Of(similar.Near!, 80)}."));
        }
        else if (sentences.Count == 1)
            sentences.AddRange(otherTypes.Where(pair => pair.Value!.Count > 0)
                .Select(pair => $"Its {pair.Key.ToPlural()}: {List(missing.Name, pair.Value!)}."));

        return string.Join(' ', sentences);
    }

    private static string Of(SameName other) => other switch
    {
        { Controller: var (kind, name) } => $"There is a {ShownValue.Name(other.Kind)} of that name, which belongs to "
            + $"{ShownValue.Name(kind)} {ShownValue.Name(name)}.",
        { Kind: "Job" or "CronJob", Group: "batch" } => $"There is a {other.Kind} of that name, which has no revisions to go back to.",
        { Group: "" or "apps" } => $"There is a {other.Kind} of that name that belongs to nothing, so it has no revisions to go back to.",
        _ => $"There is a {ShownValue.Name(other.Kind)} of that name in API group {ShownValue.Name(other.Group)}, whose revisions are kept "
            + "by that group's own controller: it cannot be undone here.",
    };

    private static string List(string wanted, IReadOnlyList<string> names)
    {
        var listed = string.Join(", ", SimilarName.Order(wanted, names).Take(NamesListed).Select(name => VisibleText.Of(name, 80)));
        return names.Count > NamesListed ? $"{listed} and {names.Count - NamesListed} more" : listed;
    }
}
