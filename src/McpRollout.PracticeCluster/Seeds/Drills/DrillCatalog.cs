using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Drills;

/// <summary>Two namespaces with a small workload for each finding that an undo may have: see docs/practice-cluster.md.</summary>
internal static class DrillCatalog
{
    /// <summary>A namespace for itself: a quota holds for all that is in one.</summary>
    public const string QuotaNamespace = "drills-quota";

    public static void AddTo(Timeline past)
    {
        foreach (var name in new[] { Drill.Namespace, QuotaNamespace })
            past.Create(TimeSpan.FromDays(50), Drill.Pipeline, ResourceCatalog.Namespaces, "",
                () => new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } });
        ReferenceDrills.AddTo(past);
        TemplateDrills.AddTo(past);
        OwnerDrills.AddTo(past);
        StrategyDrills.AddTo(past);
        RolloutDrills.AddTo(past);
    }
}
