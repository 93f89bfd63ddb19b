using McpRollout.Rollouts.Changes;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Helm;

/// <summary>
/// Says in short lines what one revision of a release changed against another: the chart first, then what runs, all other objects, the
/// given values and the hooks. No value is told of a Secret or ConfigMap, and none that was given to the chart: only that it changed.
/// </summary>
internal static class ReleaseChanges
{
    /// <summary>One line for each change from the older to the newer revision. Text of the cluster in them is visible.</summary>
    /// <param name="older">What was.</param>
    /// <param name="newer">What is, or is to be.</param>
    /// <param name="most">How many lines.</param>
    public static IReadOnlyList<string> Between(ReleaseRecord older, ReleaseRecord newer, int most = TemplateChanges.Listed)
    {
        string[] lines =
        [
            .. Chart(older.Chart, newer.Chart),
            .. Objects(older.Manifest, newer.Manifest),
            .. ValueChanges.Between(older.Values, newer.Values),
            .. Hooks(older.Hooks, newer.Hooks),
        ];
        return lines.Length > most + 1 ? [.. lines.Take(most), $"and {lines.Length - most} more changes, which are not listed"] : lines;
    }

    private static IEnumerable<string> Chart(ReleaseChart older, ReleaseChart newer)
    {
        if (older.Name != newer.Name)
            yield return $"chart {ShownValue.Name(older.ToString())} -> {ShownValue.Name(newer.ToString())}";
        else if (older.Version != newer.Version)
            yield return $"chart {ShownValue.Name(newer.Name)} {ShownValue.Name(older.Version)} -> {ShownValue.Name(newer.Version)}";
        if (older.AppVersion != newer.AppVersion)
            yield return $"app version {AppVersion(older)} -> {AppVersion(newer)}";
    }

    private static string AppVersion(ReleaseChart chart) => chart.AppVersion is { } version ? ShownValue.Name(version) : "none";

    private static IEnumerable<string> Objects(ReleaseManifest older, ReleaseManifest newer)
    {
        var (before, after) = (ByName(older), ByName(newer));
        var changed = after.Values.Where(each => before.ContainsKey(each.Name))
            .Select(each => (Newer: each, Lines: ObjectChanges.Between(before[each.Name], each))).ToList();
        var relabelled = changed.Count(each => each.Lines is null);
        var (running, others) = (after.Values.Where(RunsPods), after.Values.Where(each => !RunsPods(each)));
        return
        [
            .. changed.Where(each => RunsPods(each.Newer)).SelectMany(each => each.Lines ?? []),
            .. Added(running.Where(each => !before.ContainsKey(each.Name))),
            .. Removed(before.Values.Where(each => RunsPods(each) && !after.ContainsKey(each.Name))),
            .. changed.Where(each => !RunsPods(each.Newer)).SelectMany(each => each.Lines ?? []),
            .. Added(others.Where(each => !before.ContainsKey(each.Name))),
            .. Removed(before.Values.Where(each => !RunsPods(each) && !after.ContainsKey(each.Name))),
            .. relabelled == 0 ? Array.Empty<string>()
                : [$"the labels that name chart and version changed on {relabelled} {(relabelled == 1 ? "object" : "objects")}"],
            .. Unread("what the revision before it had is not known to its end", older),
            .. Unread("what else it has is not known", newer),
        ];
    }

    private static IEnumerable<string> Unread(string what, ReleaseManifest manifest) =>
        manifest.Problem is { } problem ? [$"{what}: {problem}"] : [];

    // A name that is there twice stands for the one that Helm applies last.
    private static OrderedDictionary<ObjectName, ReleaseObject> ByName(ReleaseManifest manifest)
    {
        var objects = new OrderedDictionary<ObjectName, ReleaseObject>();
        foreach (var each in manifest.Objects)
            objects[each.Name] = each;
        return objects;
    }

    private static bool RunsPods(ReleaseObject each) => each.Template is not null;

    private static IEnumerable<string> Added(IEnumerable<ReleaseObject> objects) => objects.Select(each => $"{each.Name} added"
        + (each.Template is { } template ? $" (image {string.Join(", ", ImagesOf(template))})" : ""));

    private static IEnumerable<string> Removed(IEnumerable<ReleaseObject> objects) => objects.Select(each => $"{each.Name} removed");

    private static IEnumerable<string> ImagesOf(JsonElement template) =>
        Rollouts.Objects.PodTemplate.Images(template).Select(image => VisibleText.EndsOf(image.Value, 200)).Distinct();

    private static IEnumerable<string> Hooks(IReadOnlyList<ReleaseHook> older, IReadOnlyList<ReleaseHook> newer)
    {
        static string Label(ReleaseHook hook) => $"hook {ShownValue.Name(hook.Kind)} {ShownValue.Name(hook.Name)}";
        static (string Kind, string Name) Key(ReleaseHook hook) => (hook.Kind, hook.Name);

        var before = older.DistinctBy(Key).ToDictionary(Key);
        foreach (var hook in newer)
        {
            if (!before.TryGetValue(Key(hook), out var same))
                yield return $"{Label(hook)} added ({ShownValue.Name(string.Join(", ", hook.Events))})";
            else if (same.Manifest != hook.Manifest)
                yield return $"{Label(hook)} changed";
        }

        var after = newer.Select(Key).ToHashSet();
        foreach (var hook in older.Where(hook => !after.Contains(Key(hook))))
            yield return $"{Label(hook)} removed";
    }
}
