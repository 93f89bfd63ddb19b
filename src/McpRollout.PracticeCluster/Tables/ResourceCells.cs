using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Tables;

/// <summary>Cells about what governs pods: claims, quotas, budgets and autoscalers.</summary>
internal static class ResourceCells
{
    public static JsonNode AccessModes(JsonObject claim) =>
        string.Join(',', (claim.Status().Array("accessModes") ?? []).Select(mode => mode?.ToString() switch
        {
            "ReadWriteOnce" => "RWO",
            "ReadOnlyMany" => "ROX",
            "ReadWriteMany" => "RWX",
            "ReadWriteOncePod" => "RWOP",
            var other => other,
        }));

    public static JsonNode Capacity(JsonObject claim) => claim.Status().Object("capacity")?["storage"]?.ToString() ?? "";

    /// <summary>Used and hard amounts of requests, or of limits.</summary>
    public static JsonNode Quota(JsonObject quota, bool limits)
    {
        var (hard, used) = (quota.Status().Object("hard") ?? [], quota.Status().Object("used"));
        var shown = hard.Where(limit => limit.Key.StartsWith("limits.", StringComparison.Ordinal) == limits)
            .OrderBy(limit => limit.Key, StringComparer.Ordinal);
        return string.Join(", ", shown.Select(limit => $"{limit.Key}: {used?[limit.Key]?.ToString() ?? "0"}/{limit.Value}"));
    }

    public static JsonNode Amount(JsonObject budget, string field) => budget.Spec()?[field]?.ToString() ?? "N/A";

    public static JsonNode Reference(JsonObject scaler) =>
        $"{scaler.Spec().Object("scaleTargetRef").Text("kind")}/{scaler.Spec().Object("scaleTargetRef").Text("name")}";

    public static JsonNode Targets(JsonObject scaler)
    {
        if (scaler.Spec().Number("targetCPUUtilizationPercentage") is not { } target) return "<none>";
        return $"cpu: {(scaler.Status().Number("currentCPUUtilizationPercentage") is { } current ? $"{current}%" : "<unknown>")}/{target}%";
    }
}
