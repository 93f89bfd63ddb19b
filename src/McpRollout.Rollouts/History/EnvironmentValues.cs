using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.History;

/// <summary>
/// Labels in place of literal values of environment variables: two revisions with the same value can be told from two with different ones.
/// A label means something beside the others only, and nothing in another answer.
/// </summary>
internal static class EnvironmentValues
{
    private const int VariablesOfEach = 20;

    /// <summary>For each revision the labels of the variables that differ among them, as <c>MODE of app: value A</c>.</summary>
    public static IReadOnlyDictionary<Revision, IReadOnlyList<string>> In(IReadOnlyList<Revision> revisions)
    {
        var labels = revisions.ToDictionary(revision => revision, _ => new List<string>());
        var variables = revisions.Reverse()
            .SelectMany(revision => Literals(revision).Select(literal => (Revision: revision, literal.Variable, literal.Value)))
            .GroupBy(each => each.Variable);
        foreach (var variable in variables)
        {
            List<string> values = [.. variable.Select(each => each.Value).Distinct(StringComparer.Ordinal)];
            if (values.Count == 1)
                continue;
            foreach (var (revision, _, value) in variable.DistinctBy(each => each.Revision))
            {
                if (labels[revision].Count < VariablesOfEach)
                    labels[revision].Add($"{variable.Key}: value {Letter(values.IndexOf(value))}");
            }
        }

        return labels.ToDictionary(each => each.Key, each => (IReadOnlyList<string>)each.Value);
    }

    private static IEnumerable<(string Variable, string Value)> Literals(Revision revision) =>
        PodTemplate.Containers(revision.Template).SelectMany(each => each.Container.ItemsAt("env")
            .Where(variable => variable.At("valueFrom") is null)
            .Select(variable => (
                $"{ShownValue.Name(variable.TextAt("name"))} of {ShownValue.Name(each.Container.TextAt("name"))}",
                variable.TextAt("value") ?? "")));

    private static string Letter(int index) => index < 26 ? $"{(char)('A' + index)}" : $"number {index + 1}";
}
