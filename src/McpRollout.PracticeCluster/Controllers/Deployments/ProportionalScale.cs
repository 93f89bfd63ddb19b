using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>
/// A change of the number of replicas, shared among the ReplicaSets that have some
/// (k8s.io/kubernetes/pkg/controller/deployment/sync.go, scale).
/// </summary>
internal static class ProportionalScale
{
    /// <summary>Whether the wanted number changed since the ReplicaSets were last sized.</summary>
    public static bool IsDue(Rollout rollout) => rollout.All.Any(set =>
        set.Replicas() > 0 && DeploymentAnnotations.NumberOf(set, DeploymentAnnotations.DesiredReplicas) is { } desired
        && desired != rollout.Desired);

    public static void Apply(Rollout rollout, ReplicaSetWriter sets)
    {
        var active = rollout.All.Where(set => set.Replicas() > 0).ToList();
        if (active.Count <= 1)
        {
            var only = active is [var first] ? first : rollout.Newest ?? (rollout.Older is [.., var last] ? last : null);
            if (only is not null && only.Replicas() != rollout.Desired) sets.Scale(rollout, only, rollout.Desired);
            return;
        }
        if (rollout.Newest is { } newest && newest.Replicas() == rollout.Desired && Rollout.Available(newest) == rollout.Desired)
        {
            foreach (var set in active.Where(set => set != newest)) sets.Scale(rollout, set, 0);
            return;
        }
        if (!rollout.IsRecreate) Share(rollout, active, sets);
    }

    private static void Share(Rollout rollout, List<JsonObject> active, ReplicaSetWriter sets)
    {
        var present = active.Sum(set => set.Replicas());
        var toAdd = (rollout.Desired > 0 ? rollout.Desired + rollout.Limits.Surge : 0) - present;
        // The largest take the larger part; of equal ones the newer when growing, the older when shrinking.
        var bySize = active.OrderByDescending(set => set.Replicas());
        var ordered = (toAdd > 0 ? bySize.ThenByDescending(set => set.Created()) : bySize.ThenBy(set => set.Created())).ToList();
        var left = toAdd;
        var sizes = ordered.ConvertAll(set =>
        {
            var share = Portion(set, rollout, toAdd, left);
            left -= share;
            return set.Replicas() + share;
        });
        sizes[0] = Math.Max(0, sizes[0] + left);
        foreach (var (set, size) in ordered.Zip(sizes)) sets.Scale(rollout, set, size);
    }

    private static int Portion(JsonObject set, Rollout rollout, int toAdd, int left)
    {
        if (toAdd == 0 || left == 0) return 0;
        if (rollout.Desired == 0) return -set.Replicas();
        var size = rollout.Desired + rollout.Limits.Surge;
        var annotated = DeploymentAnnotations.NumberOf(set, DeploymentAnnotations.MaxReplicas) is > 0 and var max
            ? max
            : rollout.Deployment.Status().Number("replicas") ?? size;
        var share = (int)Math.Round((double)set.Replicas() * size / annotated, MidpointRounding.AwayFromZero) - set.Replicas();
        return toAdd > 0 ? Math.Min(share, left) : Math.Max(share, left);
    }
}
