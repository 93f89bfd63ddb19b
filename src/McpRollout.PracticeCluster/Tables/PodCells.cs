using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Tables;

internal static class PodCells
{
    public static JsonNode Ready(JsonObject pod)
    {
        var ready = pod.Status().Objects("containerStatuses").Count(status => status.Flag("ready"));
        return $"{ready}/{pod.Spec().Array("containers")?.Count ?? 0}";
    }

    /// <summary>The phase, unless a container has a better word for it.</summary>
    public static JsonNode Status(JsonObject pod)
    {
        var waiting = pod.Status().Objects("containerStatuses").Select(status => status.Object("state").Object("waiting").Text("reason"));
        return waiting.FirstOrDefault(reason => reason is not null) ?? pod.Status().Text("phase") ?? "Unknown";
    }

    public static JsonNode Restarts(JsonObject pod) =>
        pod.Status().Objects("containerStatuses").Sum(status => status.Number("restartCount") ?? 0);
}
