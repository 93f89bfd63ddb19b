using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Drills;

/// <summary>Somebody else decides about the workload too. The marks are those that each tool leaves.</summary>
internal static class OwnerDrills
{
    private const string Scaled = """{"currentReplicas": 2, "desiredReplicas": 2, "currentCPUUtilizationPercentage": 41}""";

    public static void AddTo(Timeline past)
    {
        new Drill(past, ResourceCatalog.Deployments, "by-helm")
            .Start(TimeSpan.FromDays(23), workload =>
            {
                workload.Metadata().Ensure("labels")["app.kubernetes.io/managed-by"] = "Helm";
                workload.Annotate("meta.helm.sh/release-name", "by-helm");
                workload.Annotate("meta.helm.sh/release-namespace", Drill.Namespace);
            }, "helm")
            .Release(TimeSpan.FromMinutes(17), "1.1.0-crash", "helm upgrade to chart 1.1.0", manager: "helm");

        new Drill(past, ResourceCatalog.Deployments, "by-argocd")
            .Start(TimeSpan.FromDays(22),
                workload => workload.Annotate("argocd.argoproj.io/tracking-id", "drills_drills:apps/Deployment:drills/by-argocd"),
                "argocd-controller")
            .Beside(TimeSpan.FromDays(22), ResourceCatalog.Applications, "drills", """
                "spec": {
                  "source": {"repoURL": "https://git.example.com/drills.git", "path": "by-argocd", "targetRevision": "main"},
                  "destination": {"server": "https://kubernetes.default.svc", "namespace": "drills"},
                  "project": "default",
                  "syncPolicy": {"automated": {"prune": true, "selfHeal": true}}
                },
                "status": {
                  "sync": {"status": "Synced", "revision": "8f2c1d0a5b6e7f8091a2b3c4d5e6f70819203142"},
                  "history": [{"id": 1, "revision": "8f2c1d0a5b6e7f8091a2b3c4d5e6f70819203142"}],
                  "resources": [{"group": "apps", "version": "v1", "kind": "Deployment", "namespace": "drills", "name": "by-argocd"}]
                }
                """, "argocd-controller")
            .Release(TimeSpan.FromMinutes(16), "1.1.0-crash", "1.1.0", manager: "argocd-controller");

        new Drill(past, ResourceCatalog.Deployments, "by-flux")
            .Start(TimeSpan.FromDays(20), workload =>
            {
                var labels = workload.Metadata().Ensure("labels");
                labels["kustomize.toolkit.fluxcd.io/name"] = "drills";
                labels["kustomize.toolkit.fluxcd.io/namespace"] = "drills";
            }, "kustomize-controller")
            .Beside(TimeSpan.FromDays(20), ResourceCatalog.Kustomizations, "drills", """
                "spec": {
                  "interval": "10m", "path": "./by-flux", "prune": true,
                  "sourceRef": {"kind": "GitRepository", "name": "drills"}
                }
                """, "kustomize-controller")
            .ChangeBeside(TimeSpan.FromMinutes(15), ResourceCatalog.Kustomizations, "drills",
                owner => owner["status"] = JsonNode.Parse("""{"lastAppliedRevision": "main@sha1:3f1e9c7d"}"""),
                "kustomize-controller", "status")
            .Release(TimeSpan.FromMinutes(15), "1.1.0-crash", "1.1.0", manager: "kustomize-controller");

        var left = new Drill(past, ResourceCatalog.Deployments, "left-paused");
        left
            .Start(TimeSpan.FromDays(21), workload =>
            {
                var labels = workload.Metadata().Ensure("labels");
                labels["kustomize.toolkit.fluxcd.io/name"] = "left-paused";
                labels["kustomize.toolkit.fluxcd.io/namespace"] = "drills";
            }, "kustomize-controller")
            .Beside(TimeSpan.FromDays(21), ResourceCatalog.Kustomizations, "left-paused", """
                "spec": {
                  "interval": "10m", "path": "./left-paused", "prune": true,
                  "sourceRef": {"kind": "GitRepository", "name": "drills"}
                }
                """, "kustomize-controller")
            .Release(TimeSpan.FromDays(2), "1.1.0-crash", "1.1.0", manager: "kustomize-controller")
            .ChangeBeside(TimeSpan.FromHours(47), ResourceCatalog.Kustomizations, "left-paused", owner =>
            {
                owner.Ensure("spec")["suspend"] = true;
                owner.Annotate("mcp-rollout.dev/paused-by", "undo-3k9w2m7x4q1z");
            }, "mcp-rollout")
            .Change(TimeSpan.FromHours(47), "mcp-rollout", workload => Drill.Container(workload)["image"] = left.Image("1.0.0"));

        new Drill(past, ResourceCatalog.Deployments, "by-terraform")
            .Start(TimeSpan.FromDays(19), manager: "Terraform")
            .Release(TimeSpan.FromMinutes(19), "1.1.0-crash", "1.1.0", manager: "Terraform");

        var applied = new Drill(past, ResourceCatalog.Deployments, "by-kubectl-apply");
        applied
            .Start(TimeSpan.FromDays(17), workload =>
            {
                Drill.Container(workload)["env"] = new JsonArray(new JsonObject { ["name"] = "CACHE", ["value"] = "on" });
                Apply(workload);
            }, "kubectl-client-side-apply")
            .Change(TimeSpan.FromMinutes(20), "kubectl-client-side-apply", workload =>
            {
                Drill.Container(workload).Remove("env");
                Drill.Container(workload)["image"] = applied.Image("1.1.0-crash");
                workload.Annotate("kubernetes.io/change-cause", "1.1.0, without the cache");
                Apply(workload);
            });

        new Drill(past, ResourceCatalog.Deployments, "autoscaled")
            .Start(TimeSpan.FromDays(18))
            .Beside(TimeSpan.FromDays(18), ResourceCatalog.HorizontalPodAutoscalers, "autoscaled", """
                "spec": {
                  "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "autoscaled"},
                  "minReplicas": 2, "maxReplicas": 6, "targetCPUUtilizationPercentage": 70
                }
                """)
            .ChangeBeside(TimeSpan.FromDays(18), ResourceCatalog.HorizontalPodAutoscalers, "autoscaled",
                scaler => scaler["status"] = JsonNode.Parse(Scaled), "kube-controller-manager", "status")
            .Release(TimeSpan.FromMinutes(18), "1.1.0-crash", "1.1.0: faster search");
    }

    // What kubectl keeps of the manifest; the template is all that is read of it.
    private static void Apply(JsonObject workload) => workload.Annotate(
        "kubectl.kubernetes.io/last-applied-configuration",
        new JsonObject { ["spec"] = new JsonObject { ["template"] = Drill.Template(workload).DeepClone() } }.ToJsonString());
}
