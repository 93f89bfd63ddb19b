using McpRollout.PracticeCluster.Controllers.Pods;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Drills;

/// <summary>What the templates themselves, and what became of them, tell.</summary>
internal static class TemplateDrills
{
    public static void AddTo(Timeline past)
    {
        new Drill(past, ResourceCatalog.Deployments, "latest-tag")
            .Start(TimeSpan.FromDays(10), workload => Drill.Container(workload)["image"] = "registry.example/drills/latest-tag:latest")
            .Release(TimeSpan.FromMinutes(19), "1.1.0-crash", "1.1.0: first release with a tag of its own");

        new Drill(past, ResourceCatalog.Deployments, "same-tag")
            .Start(TimeSpan.FromDays(8))
            .Change(TimeSpan.FromMinutes(35), "kubectl-rollout", workload =>
                Drill.Template(workload).Annotate("kubectl.kubernetes.io/restartedAt", "2026-01-12T09:25:00Z"));

        new Drill(past, ResourceCatalog.Deployments, "moved-tag")
            .Start(TimeSpan.FromDays(9))
            .Change(TimeSpan.FromMinutes(27), Drill.Pipeline, workload =>
                Drill.Template(workload).Annotate(ContainerOutcome.BuildAnnotation, "2-crash"));

        new Drill(past, ResourceCatalog.Deployments, "twice-broken")
            .Start(TimeSpan.FromDays(12))
            .Release(TimeSpan.FromMinutes(48), "1.1.0-crash", "1.1.0: new parser")
            .Release(TimeSpan.FromMinutes(21), "1.1.1-crash", "1.1.1: mend the new parser");

        new Drill(past, ResourceCatalog.Deployments, "lost-image")
            .Start(TimeSpan.FromDays(12))
            .Release(TimeSpan.FromMinutes(44), "1.1.0-missing", "1.1.0: built on a branch that is gone")
            .Release(TimeSpan.FromMinutes(19), "1.1.1-crash", "1.1.1: built again");

        new Drill(past, ResourceCatalog.Deployments, "migration")
            .Start(TimeSpan.FromDays(27))
            .Release(TimeSpan.FromMinutes(28), "2.0.0-crash", "2.0.0: orders get a currency column", workload =>
                Drill.PodSpec(workload)["initContainers"] = JsonNode.Parse("""
                    [{"name": "migrate", "image": "registry.example/drills/migration:2.0.0", "command": ["/app/manage", "migrate"]}]
                    """));

        LostField(past);
    }

    // A trial of resource claims ended with its feature gate: the old ReplicaSet still has them, the server takes no new ones.
    private static void LostField(Timeline past)
    {
        past.At(TimeSpan.FromDays(40), store => store.TakesResourceClaims = true);
        new Drill(past, ResourceCatalog.Deployments, "lost-field")
            .Start(TimeSpan.FromDays(39), workload =>
            {
                Drill.PodSpec(workload)["resourceClaims"] = JsonNode.Parse("""[{"name": "gpu", "resourceClaimName": "shared-gpu"}]""");
                Drill.Container(workload)["resources"] = JsonNode.Parse("""{"claims": [{"name": "gpu"}]}""");
            })
            .Release(TimeSpan.FromDays(11), "1.1.0", "1.1.0: the trial of shared GPUs is over", workload =>
            {
                Drill.PodSpec(workload).Remove("resourceClaims");
                Drill.Container(workload).Remove("resources");
            });
        past.At(TimeSpan.FromDays(10), store => store.TakesResourceClaims = false);
    }
}
