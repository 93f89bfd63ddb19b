using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Changes;

/// <summary>
/// Says in short lines what one pod template changed against another. Nothing is silent: what no rule knows is named by its path.
/// Nothing secret is told: literal environment values never appear, other values only if they are short and do not look like a secret.
/// </summary>
internal static class TemplateChanges
{
    /// <summary>How many changes are listed at most; the line after them says how many more there are.</summary>
    public const int Listed = 250;

    private static readonly string[] SpecInThisOrder = [.. PodTemplate.ContainerFields, "volumes"];

    /// <summary>
    /// One line for each change from the older to the newer template, containers first; empty only when there is none. Text of the cluster
    /// in them is visible (<see cref="VisibleText"/>), but not escaped for HTML.
    /// </summary>
    public static IReadOnlyList<string> Between(JsonElement older, JsonElement newer) =>
        BetweenNormalised(PodTemplate.Normalised(older), PodTemplate.Normalised(newer));

    /// <summary>The same from one revision to another.</summary>
    public static IReadOnlyList<string> Between(Revision older, Revision newer) =>
        BetweenNormalised(older.ComparedTemplate, newer.ComparedTemplate);

    private static List<string> BetweenNormalised(JsonElement before, JsonElement after)
    {
        var lines = new List<string>();
        DescribeSpec(lines, before.At("spec"), after.At("spec"));
        DescribeMetadata(lines, before.At("metadata"), after.At("metadata"));
        foreach (var (name, was, now) in FieldChanges.Members(before, after))
        {
            if (name is not ("spec" or "metadata"))
                FieldChanges.Describe(lines, ShownValue.Name(name), was, now);
        }

        if (lines.Count > Listed + 1)
            return [.. lines.Take(Listed), $"and {lines.Count - Listed} more changes, which are not listed"];
        return lines.Count == 0 && !FieldChanges.Same(before, after) ? ["template changed"] : lines;
    }

    private static void DescribeSpec(List<string> lines, JsonElement? older, JsonElement? newer)
    {
        foreach (var (name, before, after) in FieldChanges.Members(older, newer, SpecInThisOrder))
        {
            if (PodTemplate.ContainerFields.Contains(name))
                ContainerChanges.Describe(lines, name, before, after);
            else if (name == "volumes")
                VolumeChanges.Describe(lines, before, after);
            else if (!IsAlias(name, older, newer))
                FieldChanges.Describe(lines, $"spec.{ShownValue.Name(name)}", before, after);
        }
    }

    // The server keeps the deprecated serviceAccount equal to serviceAccountName: one line is enough for both.
    private static bool IsAlias(string name, JsonElement? older, JsonElement? newer) =>
        name == "serviceAccount" &&
        older?.TextAt(name) == older?.TextAt("serviceAccountName") &&
        newer?.TextAt(name) == newer?.TextAt("serviceAccountName");

    private static void DescribeMetadata(List<string> lines, JsonElement? older, JsonElement? newer)
    {
        foreach (var (name, before, after) in FieldChanges.Members(older, newer, "labels", "annotations"))
        {
            if (name is "labels" or "annotations")
                DescribeTexts(lines, name[..^1], before, after);
            else
                FieldChanges.Describe(lines, $"metadata.{ShownValue.Name(name)}", before, after);
        }
    }

    private static void DescribeTexts(List<string> lines, string kind, JsonElement? older, JsonElement? newer)
    {
        foreach (var (name, before, after) in FieldChanges.Members(older, newer))
        {
            if (FieldChanges.Same(before, after))
                continue;

            var label = $"{kind} {ShownValue.Name(name)}";
            var was = before is { } left ? ShownValue.OfAnnotation(name, left.ToString()) : null;
            var now = after is { } right ? ShownValue.OfAnnotation(name, right.ToString()) : null;
            lines.Add((before, after) switch
            {
                (null, _) => now is null ? $"{label} added" : $"{label} added ({now})",
                (_, null) => was is null ? $"{label} removed" : $"{label} removed (was {was})",
                _ => was is null || now is null ? $"{label} changed" : $"{label} {was} -> {now}",
            });
        }
    }
}
