using System.Text.Json;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

/// <summary>Turns recorded objects into what the product reads, changed where a case asks for it.</summary>
internal static class Samples
{
    public static readonly IReadOnlyList<JsonElement> NoPods = [];

    public static JsonElement Json(string text) => JsonElement.Parse(text);

    public static IReadOnlyList<JsonElement> List(string text) => [.. JsonElement.Parse(text).EnumerateArray()];

    public static Workload Deployment(params (string Old, string New)[] changes) =>
        Workload.From(ResourceType.Deployment, Json(Recorded.Deployment.With(changes)));

    public static Workload StatefulSet(params (string Old, string New)[] changes) =>
        Workload.From(ResourceType.StatefulSet, Json(Recorded.StatefulSet.With(changes)));

    public static Workload DaemonSet(params (string Old, string New)[] changes) =>
        Workload.From(ResourceType.DaemonSet, Json(Recorded.DaemonSet.With(changes)));

    public static RevisionHistory DeploymentHistory(params (string Old, string New)[] changes) =>
        RevisionHistory.From(Deployment(changes), List(Recorded.ReplicaSets), List(Recorded.DeploymentPods));

    public static RevisionHistory StatefulSetHistory(params (string Old, string New)[] changes) =>
        RevisionHistory.From(StatefulSet(changes), List(Recorded.StatefulSetRevisions), List(Recorded.StatefulSetPods));

    public static RevisionHistory DaemonSetHistory(params (string Old, string New)[] changes) =>
        RevisionHistory.From(DaemonSet(changes), List(Recorded.DaemonSetRevisions), List(Recorded.DaemonSetPods));

    /// <summary>A change that does not apply would make a case pass for the wrong reason.</summary>
    private static string With(this string text, (string Old, string New)[] changes)
    {
        foreach (var (old, replacement) in changes)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        return text;
    }
}
