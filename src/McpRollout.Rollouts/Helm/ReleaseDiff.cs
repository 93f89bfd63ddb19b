using McpRollout.Rollouts.Changes;

namespace McpRollout.Rollouts.Helm;

/// <summary>What a rollback does to the pod templates of a release, line by line, as masked YAML.</summary>
internal static class ReleaseDiff
{
    /// <summary>The lines of each object that runs pods in both and differs, after a line that names it.</summary>
    public static IReadOnlyList<DiffLine> Between(ReleaseManifest older, ReleaseManifest newer) =>
    [
        .. from each in newer.Objects
           where each.Template is not null
           let before = older.Objects.LastOrDefault(other => other.Name == each.Name)?.Template
           where before is not null
           let lines = TemplateDiff.Between(before.GetValueOrDefault(), each.Template.GetValueOrDefault())
           where lines.Any(line => line.Kind is DiffKind.Added or DiffKind.Removed)
           from line in lines.Prepend(new DiffLine(DiffKind.Gap, each.Name.ToString()))
           select line,
    ];
}
