using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Drills;

/// <summary>What an undo does not bring back: the objects that a template names.</summary>
internal static class ReferenceDrills
{
    private static readonly string[] OldNeeds = ["volumes", "serviceAccountName", "serviceAccount", "priorityClassName"];

    public static void AddTo(Timeline past)
    {
        LostSecret(past);
        LostVolume(past);
        LostKey(past);
        EditedConfig(past);
    }

    // The release that rotates a password takes the old Secret away, and does not come up.
    private static void LostSecret(Timeline past) => new Drill(past, ResourceCatalog.Deployments, "lost-secret")
        .Beside(TimeSpan.FromDays(30), ResourceCatalog.Secrets, "lost-secret-2025",
            """ "stringData": {"password": "practice-password-41aa"} """)
        .Start(TimeSpan.FromDays(30), workload => Drill.Read(workload, "DB_PASSWORD", "secretKeyRef", "lost-secret-2025", "password"))
        .Beside(TimeSpan.FromMinutes(31), ResourceCatalog.Secrets, "lost-secret-2026",
            """ "stringData": {"password": "practice-password-77e0"} """)
        .Release(TimeSpan.FromMinutes(30), "1.1.0-crash", "1.1.0: database password rotated", workload =>
        {
            Drill.Container(workload).Remove("env");
            Drill.Read(workload, "DB_PASSWORD", "secretKeyRef", "lost-secret-2026", "password");
        })
        .Delete(TimeSpan.FromMinutes(29), ResourceCatalog.Secrets, "lost-secret-2025");

    private static void LostVolume(Timeline past) => new Drill(past, ResourceCatalog.Deployments, "lost-volume")
        .Beside(TimeSpan.FromDays(45), ResourceCatalog.PersistentVolumeClaims, "lost-volume-data",
            """ "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}} """)
        .Beside(TimeSpan.FromDays(45), ResourceCatalog.ServiceAccounts, "lost-volume-archiver", "")
        .Beside(TimeSpan.FromDays(45), ResourceCatalog.PriorityClasses, "drills-batch",
            """ "value": 1000, "description": "Nightly work." """)
        .Start(TimeSpan.FromDays(44), workload =>
        {
            workload.Spec()!["replicas"] = 1;
            Drill.Mount(workload, "lost-volume-data");
            Drill.PodSpec(workload)["serviceAccountName"] = "lost-volume-archiver";
            Drill.PodSpec(workload)["priorityClassName"] = "drills-batch";
        })
        .Release(TimeSpan.FromDays(4.5), "2.0.0", "2.0.0: reports go to object storage", workload =>
        {
            foreach (var field in OldNeeds) Drill.PodSpec(workload).Remove(field);
            Drill.Container(workload).Remove("volumeMounts");
        })
        .Delete(TimeSpan.FromDays(2), ResourceCatalog.PersistentVolumeClaims, "lost-volume-data")
        .Delete(TimeSpan.FromDays(2), ResourceCatalog.ServiceAccounts, "lost-volume-archiver")
        .Delete(TimeSpan.FromDays(2), ResourceCatalog.PriorityClasses, "drills-batch");

    private static void LostKey(Timeline past) => new Drill(past, ResourceCatalog.Deployments, "lost-key")
        .Beside(TimeSpan.FromDays(16), ResourceCatalog.ConfigMaps, "lost-key-settings",
            """ "data": {"LOG_LEVEL": "info", "LOG_FORMAT": "json"} """)
        .Start(TimeSpan.FromDays(16), workload => Drill.Read(workload, "LOG_FORMAT", "configMapKeyRef", "lost-key-settings", "LOG_FORMAT"))
        .Release(TimeSpan.FromMinutes(41), "1.1.0-crash", "1.1.0: one log format only", workload => Drill.Container(workload).Remove("env"))
        .ChangeBeside(TimeSpan.FromMinutes(38), ResourceCatalog.ConfigMaps, "lost-key-settings",
            settings => settings.Object("data")!.Remove("LOG_FORMAT"), "kubectl-edit");

    private static void EditedConfig(Timeline past) => new Drill(past, ResourceCatalog.Deployments, "edited-config")
        .Beside(TimeSpan.FromDays(14), ResourceCatalog.ConfigMaps, "edited-config-settings",
            """ "data": {"CACHE_URL": "redis://cache-a:6379", "CACHE_SECONDS": "300"} """)
        .Start(TimeSpan.FromDays(14), workload =>
            Drill.Container(workload)["envFrom"] = JsonNode.Parse("""[{"configMapRef": {"name": "edited-config-settings"}}]"""))
        .Release(TimeSpan.FromMinutes(25), "1.1.0-crash", "1.1.0: new cache client")
        .ChangeBeside(TimeSpan.FromMinutes(12), ResourceCatalog.ConfigMaps, "edited-config-settings",
            settings => settings.Object("data")!["CACHE_URL"] = "redis://cache-b:6379", "kubectl-edit");
}
