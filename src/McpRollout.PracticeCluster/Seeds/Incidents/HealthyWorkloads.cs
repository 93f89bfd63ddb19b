using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Incidents;

/// <summary>What is well: a DaemonSet with a history, a Deployment that somebody paused, and one with nothing to tell.</summary>
internal static class HealthyWorkloads
{
    private const string Platform = "platform";

    public static void AddTo(Timeline past)
    {
        past.Create(TimeSpan.FromDays(60), "release-pipeline",
            """{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "platform"}}""");
        past.Create(TimeSpan.FromDays(60), "release-pipeline", Manifest("DaemonSet", "log-agent", "3.0.1", "log-agent 3.0.1"));
        past.Release(TimeSpan.FromDays(18.3), "release-pipeline", ResourceCatalog.DaemonSets, Platform, "log-agent", "log-agent 3.1.0",
            container => container["image"] = "registry.example/platform/log-agent:3.1.0");
        past.Release(TimeSpan.FromDays(1.6), "kubectl-set", ResourceCatalog.DaemonSets, Platform, "log-agent", "collect debug logs",
            container => Timeline.SetEnvironment(container, "LOG_LEVEL", "debug"));

        past.Create(TimeSpan.FromDays(33), "release-pipeline", Manifest("Deployment", "gateway", "1.8.2", "gateway 1.8.2"));
        past.Release(TimeSpan.FromDays(4.7), "release-pipeline", ResourceCatalog.Deployments, Platform, "gateway", "gateway 1.9.0",
            container => container["image"] = "registry.example/platform/gateway:1.9.0");
        past.Change(TimeSpan.FromHours(7.5), "kubectl-rollout", ResourceCatalog.Deployments, Platform, "gateway",
            value => value.Spec()!["paused"] = true);

        past.Create(TimeSpan.FromDays(12), "release-pipeline", Manifest("Deployment", "status-page", "0.4.0", "status-page 0.4.0"));
        past.Release(TimeSpan.FromDays(3.2), "release-pipeline", ResourceCatalog.Deployments, Platform, "status-page", "status-page 0.5.0",
            container => container["image"] = "registry.example/platform/status-page:0.5.0");
    }

    private static string Manifest(string kind, string name, string version, string cause) => $$$"""
        {
          "apiVersion": "apps/v1", "kind": "{{{kind}}}",
          "metadata": {
            "name": "{{{name}}}", "namespace": "{{{Platform}}}", "labels": {"app": "{{{name}}}"},
            "annotations": {"kubernetes.io/change-cause": "{{{cause}}}"}
          },
          "spec": {
            {{{(kind == "Deployment" ? "\"replicas\": 2," : "")}}}
            "selector": {"matchLabels": {"app": "{{{name}}}"}},
            "template": {
              "metadata": {"labels": {"app": "{{{name}}}"}},
              "spec": {
                "containers": [{
                  "name": "{{{name}}}", "image": "registry.example/platform/{{{name}}}:{{{version}}}",
                  "env": [{"name": "LOG_LEVEL", "value": "info"}]
                }]
              }
            }
          }
        }
        """;
}
