using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Drills;

/// <summary>The undo is written, and then: how its pods are replaced, and what may stand in the way.</summary>
internal static class StrategyDrills
{
    public static void AddTo(Timeline past)
    {
        new Drill(past, ResourceCatalog.DaemonSets, "on-delete")
            .Start(TimeSpan.FromDays(26), workload => workload.Spec()!["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" })
            .Release(TimeSpan.FromHours(3), "1.1.0-crash", "1.1.0: new collector")
            .DeletePods(TimeSpan.FromMinutes(44));

        new Drill(past, ResourceCatalog.StatefulSets, "partition")
            .Start(TimeSpan.FromDays(19), workload =>
                workload.Spec()!["updateStrategy"] = JsonNode.Parse("""{"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}"""))
            .Release(TimeSpan.FromHours(6), "1.1.0", "1.1.0, on the last pod first");

        new Drill(past, ResourceCatalog.Deployments, "no-disruption")
            .Start(TimeSpan.FromDays(34))
            .Beside(TimeSpan.FromDays(34), ResourceCatalog.PodDisruptionBudgets, "no-disruption",
                """ "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "no-disruption"}}} """)
            .Release(TimeSpan.FromMinutes(23), "1.1.0-crash", "1.1.0: drop the old protocol");

        new Drill(past, ResourceCatalog.Deployments, "one-volume")
            .Beside(TimeSpan.FromDays(29), ResourceCatalog.PersistentVolumeClaims, "one-volume-data",
                """ "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}} """)
            .Start(TimeSpan.FromDays(29), workload =>
            {
                workload.Spec()!["replicas"] = 1;
                AllowNoneMissing(workload);
                Drill.Mount(workload, "one-volume-data");
            })
            .Release(TimeSpan.FromHours(5), "1.1.0-unready", "1.1.0: compaction in the background");

        new Drill(past, ResourceCatalog.Deployments, "no-deadline")
            .Start(TimeSpan.FromDays(15), workload => workload.Spec()!["progressDeadlineSeconds"] = int.MaxValue)
            .Release(TimeSpan.FromHours(2), "1.1.0-missing", "1.1.0");

        new Drill(past, ResourceCatalog.Deployments, "tight-quota", DrillCatalog.QuotaNamespace)
            .Start(TimeSpan.FromDays(17), AllowNoneMissing)
            .Release(TimeSpan.FromDays(3), "1.1.0", "1.1.0: weekly release")
            .Beside(TimeSpan.FromDays(1), ResourceCatalog.ResourceQuotas, "team-limits", """ "spec": {"hard": {"pods": "2"}} """,
                "kubectl-create");
    }

    private static void AllowNoneMissing(JsonObject workload) =>
        workload.Spec()!["strategy"] = JsonNode.Parse("""{"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}""");
}
