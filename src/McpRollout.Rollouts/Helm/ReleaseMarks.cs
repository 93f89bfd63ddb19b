using System.Buffers;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Helm;

/// <summary>The marks by which Helm names an object's release. Anybody can write them: whether the release has the object, its records say.
/// See https://helm.sh/docs/chart_best_practices/labels/.</summary>
internal static class ReleaseMarks
{
    // Helm allows no longer name (pkg/chart/common/util: MaxReleaseNameLen).
    private const int LongestName = 53;

    private static readonly SearchValues<char> InNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>The release of a workload; null where no mark names one of the workload's own namespace, the only one that may be read for
    /// it.</summary>
    public static ReleaseRef? Of(Workload workload)
    {
        var name = workload.Annotations.GetValueOrDefault("meta.helm.sh/release-name") ?? "";
        var space = workload.Annotations.GetValueOrDefault("meta.helm.sh/release-namespace") ?? workload.Ref.Namespace;
        return name.Length is > 0 and <= LongestName && !name.AsSpan().ContainsAnyExcept(InNames) && space == workload.Ref.Namespace
            ? new(space, name)
            : null;
    }
}
