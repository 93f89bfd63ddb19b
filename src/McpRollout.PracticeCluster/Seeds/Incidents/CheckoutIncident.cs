using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Incidents;

/// <summary>A Deployment whose newest release crashes: revision 4 is stuck half way, revision 3 was good.</summary>
internal static class CheckoutIncident
{
    private const string Manifest = """
        {
          "apiVersion": "apps/v1", "kind": "Deployment",
          "metadata": {
            "name": "checkout", "namespace": "shop", "labels": {"app": "checkout", "team": "storefront"},
            "annotations": {"kubernetes.io/change-cause": "checkout 2.14.0: first release on this cluster"}
          },
          "spec": {
            "replicas": 4,
            "selector": {"matchLabels": {"app": "checkout"}},
            "template": {
              "metadata": {"labels": {"app": "checkout", "team": "storefront"}},
              "spec": {
                "containers": [{
                  "name": "checkout", "image": "registry.example/shop/checkout:2.14.0",
                  "ports": [{"name": "http", "containerPort": 8080}],
                  "env": [
                    {"name": "LOG_LEVEL", "value": "info"},
                    {"name": "PAYMENT_API_URL", "value": "https://payments.internal/v1"},
                    {"name": "PAYMENT_API_TOKEN", "value": "practice-token-5d1f"},
                    {"name": "DB_PASSWORD", "value": "practice-password-9a3c"},
                    {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
                  ],
                  "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
                  "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}}
                }]
              }
            }
          }
        }
        """;

    public static void AddTo(Timeline past)
    {
        past.Create(TimeSpan.FromDays(21), "release-pipeline",
            """{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}""");
        past.Create(TimeSpan.FromDays(21), "release-pipeline", Manifest);
        Release(past, TimeSpan.FromDays(9.2), "release-pipeline", "checkout 2.15.0: express checkout, behind a flag", container =>
        {
            container["image"] = "registry.example/shop/checkout:2.15.0";
            Timeline.SetEnvironment(container, "FEATURE_EXPRESS", "off");
        });
        Release(past, TimeSpan.FromDays(2.1), "release-pipeline", "express checkout on, payment token rotated", container =>
        {
            Timeline.SetEnvironment(container, "FEATURE_EXPRESS", "on");
            Timeline.SetEnvironment(container, "PAYMENT_API_URL", "https://payments.internal/v2");
            Timeline.SetEnvironment(container, "PAYMENT_API_TOKEN", "practice-token-c07e");
        });
        Release(past, TimeSpan.FromMinutes(14), "kubectl-edit", "checkout 2.16.0: new tax engine", container =>
        {
            container["image"] = "registry.example/shop/checkout:2.16.0-crash";
            Timeline.SetEnvironment(container, "TAX_ENGINE", "v3");
            container.Object("resources").Object("limits")!["memory"] = "256Mi";
        });
    }

    private static void Release(Timeline past, TimeSpan ago, string manager, string cause, Action<JsonObject> container) =>
        past.Release(ago, manager, ResourceCatalog.Deployments, "shop", "checkout", cause, container);
}
