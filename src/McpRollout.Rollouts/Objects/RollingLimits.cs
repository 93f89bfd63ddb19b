using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>How many pods a rolling update may have too many and too few, resolved as the controllers do.</summary>
/// <param name="Extra">Pods beyond the wanted number (<c>maxSurge</c>).</param>
/// <param name="Missing">Pods that may be unavailable (<c>maxUnavailable</c>).</param>
internal sealed record RollingLimits(int Extra, int Missing)
{
    /// <summary>
    /// The limits of a workload's rolling update. A Deployment rounds the surge up and what may be missing down, and lets one be missing
    /// where both are 0 (<c>deployment/util: ResolveFenceposts</c>), and so does a Rollout with its canary; one that is blue-green makes
    /// all pods anew beside the old ones. A DaemonSet rounds both up; a StatefulSet replaces one at a time by
    /// default.
    /// </summary>
    public static RollingLimits Of(Workload workload)
    {
        if (workload.Strategy == "BlueGreen")
            return new(workload.DesiredReplicas, 0);

        var rolling = workload.Type == ResourceType.Rollout
            ? workload.Raw.At("spec", "strategy", "canary")
            : workload.Raw.At("spec", workload.Type == ResourceType.Deployment ? "strategy" : "updateStrategy", "rollingUpdate");
        var (surge, missing) = (rolling?.At("maxSurge"), rolling?.At("maxUnavailable"));
        var pods = workload.DesiredReplicas;
        if (!workload.Type.HasReplicaSets())
            return new(Resolve(surge, pods, 0, up: true), Resolve(missing, pods, 1, up: workload.Type == ResourceType.DaemonSet));

        var quarter = JsonElement.Parse("\"25%\"");
        var (extra, lacking) = (Resolve(surge ?? quarter, pods, 0, up: true), Resolve(missing ?? quarter, pods, 0, up: false));
        return new(extra, extra == 0 && lacking == 0 ? 1 : lacking);
    }

    private static int Resolve(JsonElement? limit, int pods, int byDefault, bool up)
    {
        if (limit is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count))
            return count;
        if (limit?.Text() is not { } text
            || !int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
            return byDefault;

        var share = pods * percent / 100m;
        return (int)(up ? Math.Ceiling(share) : Math.Floor(share));
    }
}
