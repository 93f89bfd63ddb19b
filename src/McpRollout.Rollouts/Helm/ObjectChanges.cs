using McpRollout.Rollouts.Changes;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Helm;

/// <summary>Compares an object of a release with itself in another revision.</summary>
internal static class ObjectChanges
{
    private const int PathsListed = 6;

    // Each new version of a chart writes these on all of its objects: https://helm.sh/docs/chart_best_practices/labels/.
    private static readonly string[] VersionLabels = ["helm.sh/chart", "app.kubernetes.io/version"];

    /// <summary>
    /// The changes; empty where there are none, null where only the labels that name chart and version changed. Of what runs pods the
    /// template is told as that of a workload is, and fields of its spec with their values; of all else the fields' names.
    /// </summary>
    public static IReadOnlyList<string>? Between(ReleaseObject older, ReleaseObject newer)
    {
        if (FieldChanges.Same(older.Body, newer.Body))
            return [];
        var lines = new List<string>();
        var runPods = older.Template is not null && newer.Template is not null;
        if (runPods)
        {
            var (before, after) = (older.Template!.Value, newer.Template!.Value);
            lines.AddRange(TemplateChanges.Between(before, after).Select(line => $"{newer.Name}: {line}"));
            foreach (var (name, was, now) in FieldChanges.Members(older.Body.At("spec"), newer.Body.At("spec")))
            {
                if (name is not ("template" or "jobTemplate"))
                    FieldChanges.Describe(lines, $"{newer.Name}: {ShownValue.Name(name)}", was, now);
            }
        }

        var paths = Paths(older.Body, newer.Body, runPods).ToList();
        if (paths.Count > 0)
            lines.Add($"{newer.Name} changed ({string.Join(", ", paths.Take(PathsListed))}"
                + $"{(paths.Count > PathsListed ? $" and {paths.Count - PathsListed} more" : "")})");
        return lines.Count == 0 ? null : lines;
    }

    // Two levels: of a ConfigMap or Secret its keys, of a Service its fields.
    private static IEnumerable<string> Paths(JsonElement older, JsonElement newer, bool runPods)
    {
        foreach (var (name, before, after) in FieldChanges.Members(older, newer))
        {
            if (FieldChanges.Same(before, after) || (runPods && name == "spec"))
                continue;
            var inner = IsMap(before) && IsMap(after) ? FieldChanges.Members(before, after).ToList() : [];
            if (inner.Count == 0)
                yield return ShownValue.Name(name);
            foreach (var (field, was, now) in inner)
            {
                if (!FieldChanges.Same(was, now) && !(name == "metadata" && field == "labels" && AreSameLabels(was, now)))
                    yield return $"{ShownValue.Name(name)}.{ShownValue.Name(field)}";
            }
        }
    }

    private static bool AreSameLabels(JsonElement? older, JsonElement? newer) => FieldChanges.Members(older, newer)
        .All(label => VersionLabels.Contains(label.Name) || FieldChanges.Same(label.Older, label.Newer));

    private static bool IsMap(JsonElement? value) => value is { ValueKind: JsonValueKind.Object };
}
