using System.Text.Json;

namespace McpRollout.Tests.Rollouts.Findings;

/// <summary>What surrounds <see cref="Recorded.Deployment"/>, as kube-apiserver v1.20.2 sent objects of these kinds; times and names are
/// fitted to it.</summary>
internal static class RecordedSurroundings
{
    /// <summary>After revision 2 was made (00:40:49), and so after revision 1 last ran.</summary>
    public const string Later = "2026-11-22T00:50:00Z";

    public const string Earlier = "2026-11-22T00:30:00Z";

    /// <summary>A Secret's or ConfigMap's metadata: <c>as=PartialObjectMetadata</c>.</summary>
    public static JsonElement Metadata(
        string fieldsV1 = """{"f:data":{".":{},"f:password":{},"f:user":{} },"f:type":{} }""",
        string time = Earlier) => Samples.Json($$"""
        {
          "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
          "metadata": {
            "name": "db", "namespace": "rollouts-lab", "uid": "6b7f1a15-4d08-41e2-aa86-d3e165284efb", "resourceVersion": "54028",
            "creationTimestamp": "2026-11-22T00:20:00Z", "labels": null, "annotations": null,
            "managedFields": [
              {"manager": "kubectl-create", "operation": "Update", "apiVersion": "v1", "time": "2026-11-22T00:20:00Z", "fieldsType": "FieldsV1",
               "fieldsV1": {"f:metadata":{"f:labels":{".":{},"f:app":{} } } } },
              {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "time": "{{time}}", "fieldsType": "FieldsV1", "fieldsV1": {{fieldsV1}} }
            ]
          }
        }
        """);

    public static JsonElement Autoscaler(string kind = "Deployment") => Samples.Json($$"""
        {"metadata":{"name":"checkout","namespace":"rollouts-lab"},
         "spec":{"scaleTargetRef":{"kind":"{{kind}}","name":"checkout","apiVersion":"apps/v1"},"minReplicas":2,"maxReplicas":5,"targetCPUUtilizationPercentage":80},
         "status":{"currentReplicas":0,"desiredReplicas":0} }
        """);

    public static JsonElement Budget(int allowed = 0, string app = "checkout") => Samples.Json($$"""
        {"metadata":{"name":"checkout","namespace":"rollouts-lab","generation":1},"spec":{"minAvailable":2,"selector":{"matchLabels":{"app":"{{app}}"} } },
         "status":{"observedGeneration":1,"disruptionsAllowed":{{allowed}},"currentHealthy":2,"desiredHealthy":2,"expectedPods":2} }
        """);

    public static JsonElement Quota(string hard, string used, string spec = "") => Samples.Json($$"""
        {"metadata":{"name":"small","namespace":"rollouts-lab"},"spec":{ {{spec}}"hard":{{hard}} },"status":{"hard":{{hard}},"used":{{used}} } }
        """);

    public static JsonElement Event(string pod, string reason = "BackOff", string type = "Warning") => Samples.Json($$"""
        {"metadata":{"name":"{{pod}}.17a","namespace":"rollouts-lab"},"involvedObject":{"kind":"Pod","namespace":"rollouts-lab","name":"{{pod}}"},
         "reason":"{{reason}}","message":"Back-off restarting failed container, token=hunter2-hunter2","type":"{{type}}","count":4,
         "source":{"component":"kubelet"},"firstTimestamp":"2026-11-22T00:23:00Z","lastTimestamp":"2026-11-22T00:25:00Z"}
        """);
}
