using System.Globalization;
using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>How many pods a rollout may have too many, and how many too few.</summary>
internal readonly record struct RolloutLimits(int Surge, int Unavailable)
{
    public static RolloutLimits Of(JsonObject deployment)
    {
        var strategy = deployment.Spec().Object("strategy");
        if (strategy.Text("type") != "RollingUpdate") return new(0, 0);
        var rolling = strategy.Object("rollingUpdate");
        var desired = deployment.Replicas();
        var surge = Resolve(rolling?["maxSurge"], desired, roundUp: true);
        var unavailable = Resolve(rolling?["maxUnavailable"], desired, roundUp: false);
        // Both zero would never move.
        return new(surge, surge == 0 && unavailable == 0 ? 1 : Math.Min(unavailable, desired));
    }

    /// <summary>A number, or a percentage of <paramref name="total"/>.</summary>
    public static int Resolve(JsonNode? value, int total, bool roundUp)
    {
        if (value is not JsonValue scalar) return 0;
        if (scalar.TryGetValue(out int number)) return number;
        if (!scalar.TryGetValue(out string? text) || !int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)) return 0;
        return roundUp ? (percent * total + 99) / 100 : percent * total / 100;
    }
}
