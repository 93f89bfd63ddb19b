using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Deployments;

/// <summary>
/// The steps of the two strategies (k8s.io/kubernetes/pkg/controller/deployment/{rolling,recreate}.go).
/// Each says whether it took one.
/// </summary>
internal static class RollingUpdate
{
    /// <summary>How many replicas the newest ReplicaSet may have now.</summary>
    public static int NewestSize(Rollout rollout)
    {
        var present = rollout.Newest?.Replicas() ?? 0;
        if (rollout.IsRecreate || present > rollout.Desired) return rollout.Desired;
        var room = rollout.Desired + rollout.Limits.Surge - rollout.All.Sum(set => set.Replicas());
        return room <= 0 ? present : present + Math.Min(room, rollout.Desired - present);
    }

    public static bool ScaleNewest(Rollout rollout, ReplicaSetWriter sets) =>
        rollout.Newest is { } newest && newest.Replicas() != rollout.Desired && sets.Scale(rollout, newest, NewestSize(rollout));

    public static bool ScaleOlder(Rollout rollout, ReplicaSetWriter sets)
    {
        var older = rollout.Older.Where(set => set.Replicas() > 0).ToList();
        if (older.Count == 0 || rollout.Newest is not { } newest) return false;
        if (rollout.IsRecreate) return older.Select(set => sets.Scale(rollout, set, 0)).ToList().Contains(true);
        var spare = rollout.All.Sum(set => set.Replicas()) - rollout.MinimumAvailable - (newest.Replicas() - Rollout.Available(newest));
        if (spare <= 0) return false;
        var sizes = older.ToDictionary(set => set, set => set.Replicas());
        // The sick ones go first, whatever the availability: they do not count in it.
        spare = Take(older, sizes, spare, set => set.Replicas() - Rollout.Available(set));
        var surplus = rollout.All.Sum(Rollout.Available) - rollout.MinimumAvailable;
        Take(older, sizes, Math.Min(spare, surplus), set => sizes[set]);
        return sizes.Select(size => size.Key.Replicas() != size.Value && sets.Scale(rollout, size.Key, size.Value)).ToList().Contains(true);
    }

    private static int Take(List<JsonObject> sets, Dictionary<JsonObject, int> sizes, int budget, Func<JsonObject, int> most)
    {
        foreach (var set in sets)
        {
            var taken = Math.Max(0, Math.Min(budget, Math.Min(sizes[set], most(set))));
            sizes[set] -= taken;
            budget -= taken;
        }
        return budget;
    }
}
