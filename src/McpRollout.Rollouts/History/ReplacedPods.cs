using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.History;

/// <summary>Pods that failed as a whole (an eviction, a node's shutdown) and that their controller has replaced: good to know, no
/// more.</summary>
internal static class ReplacedPods
{
    /// <summary><c>2 pods failed as a whole and were replaced (Evicted): they hold nothing up.</c>; null where there are none.</summary>
    public static string? Sentence(RevisionHistory history)
    {
        var failed = history.Pods.Where(pod => pod.HasFailed() && !pod.IsTerminating()).ToList();
        var reasons = failed.Select(pod => ShownValue.Name(pod.TextAt("status", "reason") ?? "no reason given"))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        return failed.Count switch
        {
            0 => null,
            1 => $"1 pod failed as a whole and was replaced ({reasons[0]}): it holds nothing up.",
            _ => $"{failed.Count} pods failed as a whole and were replaced ({NameList.Of(reasons)}): they hold nothing up.",
        };
    }
}
