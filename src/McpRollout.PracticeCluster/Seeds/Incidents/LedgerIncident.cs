using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Incidents;

/// <summary>
/// A StatefulSet whose newest release names an image that is not there: it is stuck at its highest ordinal, and stays so until that
/// pod is deleted.
/// </summary>
internal static class LedgerIncident
{
    private const string Manifest = """
        {
          "apiVersion": "apps/v1", "kind": "StatefulSet",
          "metadata": {
            "name": "ledger", "namespace": "payments", "labels": {"app": "ledger"},
            "annotations": {"kubernetes.io/change-cause": "ledger 7.2.0"}
          },
          "spec": {
            "replicas": 3, "serviceName": "ledger",
            "selector": {"matchLabels": {"app": "ledger"}},
            "template": {
              "metadata": {"labels": {"app": "ledger"}},
              "spec": {
                "containers": [{
                  "name": "ledger", "image": "registry.example/payments/ledger:7.2.0",
                  "ports": [{"containerPort": 9000}],
                  "env": [
                    {"name": "SIGNING_KEY", "value": "practice-key-1b7e"},
                    {"name": "COMPACTION", "value": "nightly"}
                  ]
                }]
              }
            }
          }
        }
        """;

    public static void AddTo(Timeline past)
    {
        past.Create(TimeSpan.FromDays(40), "release-pipeline",
            """{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "payments"}}""");
        past.Create(TimeSpan.FromDays(40), "release-pipeline", Manifest);
        past.Release(TimeSpan.FromDays(6.4), "release-pipeline", ResourceCatalog.StatefulSets, "payments", "ledger",
            "ledger 7.3.0: hourly compaction", container =>
            {
                container["image"] = "registry.example/payments/ledger:7.3.0";
                Timeline.SetEnvironment(container, "COMPACTION", "hourly");
            });
        past.Release(TimeSpan.FromMinutes(26), "release-pipeline", ResourceCatalog.StatefulSets, "payments", "ledger", "ledger 7.4.0",
            container => container["image"] = "registry.example/payments/ledger:7.4.0-missing");
    }
}
