namespace McpRollout.PracticeCluster.Seeds.Incidents;

/// <summary>A release of Helm whose last upgrade changed a ConfigMap and an image together, and crashes: an undo of its Deployment would
/// not bring the ConfigMap back, a rollback of the release does.</summary>
internal static class CatalogIncident
{
    private const string Namespace = "catalog";

    public static void AddTo(Timeline past)
    {
        past.Create(TimeSpan.FromDays(30), "release-pipeline",
            """{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "catalog"}}""");
        var release = new HelmRelease(past, Namespace, "catalog");
        release.Upgrade(TimeSpan.FromDays(30), "1.4.0", "5.0.0", Deployment("5.0.0"), Settings("v1"));
        release.Upgrade(TimeSpan.FromDays(5.3), "1.5.0", "5.1.0", Deployment("5.1.0"), Settings("v1"));
        release.Upgrade(TimeSpan.FromMinutes(21), "1.6.0", "5.2.0", Deployment("5.2.0-crash"), Settings("v2"));
    }

    private static string Settings(string index) => $$$"""
        {
          "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "catalog-settings"},
          "data": {"index": "{{{index}}}"}
        }
        """;

    private static string Deployment(string version) => $$$"""
        {
          "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "catalog", "labels": {"app": "catalog"}},
          "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "catalog"}},
            "template": {
              "metadata": {"labels": {"app": "catalog"}},
              "spec": {
                "containers": [{
                  "name": "catalog", "image": "registry.example/catalog/catalog:{{{version}}}",
                  "envFrom": [{"configMapRef": {"name": "catalog-settings"}}],
                  "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}}
                }]
              }
            }
          }
        }
        """;
}
