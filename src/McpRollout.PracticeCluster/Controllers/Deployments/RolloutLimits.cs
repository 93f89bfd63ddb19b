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
        var surge = IntOrPercent.Resolve(rolling?["maxSurge"], desired, roundUp: true);
        var unavailable = IntOrPercent.Resolve(rolling?["maxUnavailable"], desired, roundUp: false);
        // Both zero would never move.
        return new(surge, surge == 0 && unavailable == 0 ? 1 : Math.Min(unavailable, desired));
    }
}
