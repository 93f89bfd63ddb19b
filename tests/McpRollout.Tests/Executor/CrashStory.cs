using System.Text.Json;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Executor;

/// <summary>The workload whose undo is disturbed: revision 1 runs <see cref="Good"/>, revision 2 <see cref="Bad"/>.</summary>
internal sealed record CrashStory(ResourceType Type, string Bad, int Replicas, string Spec, IReadOnlyList<string> Records)
{
    public const string Good = "app:1";

    public static readonly CrashStory OfADeployment = new(ResourceType.Deployment, "app:2", 1, "", []);

    /// <summary>Pod 0 stays as it is, pod 1 is stuck.</summary>
    public static readonly CrashStory OfAStuckStatefulSet = new(
        ResourceType.StatefulSet, "app:crash", 2, "serviceName: web", ["undo.deleting_pod", "undo.pod_deleted"]);

    /// <summary>Its owner, an Application, is paused first.</summary>
    public static readonly CrashStory OfAnOwnedDeployment =
        new(ResourceType.Deployment, "app:2", 1, "", ["undo.owner_paused"]) { IsOwned = true };

    /// <summary>Whether it has an owner, which the undo pauses.</summary>
    public bool IsOwned { get; init; }

    public string Kind => Type.ToName();

    public string Plural => Type.ToPlural();

    /// <summary>Whether the workload is as the image that it names leaves it.</summary>
    public bool IsThere(JsonElement workload)
    {
        var image = workload.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0].Text("image");
        var whole = $"{Replicas}";
        return workload.Text("status", "replicas") == whole && (Type == ResourceType.Deployment
            ? workload.Text("status", "updatedReplicas") == whole && workload.Text("status", "availableReplicas") == whole
            : (workload.Text("status", "updatedReplicas"), workload.Text("status", "readyReplicas"))
                == (image == Good ? (whole, whole) : ("1", "1")));
    }

    /// <summary>The uid of the pod that no undo may delete; empty where there is none.</summary>
    public Task<string> KeptPodAsync(ClusterUnderTest cluster, string name) =>
        Type == ResourceType.StatefulSet ? cluster.KubectlAsync($"get pod {name}-0 -o jsonpath={{.metadata.uid}}") : Task.FromResult("");

    public string Manifest(string name, string image, string space) => $$"""
        {{(IsOwned ? Owner(name) : "")}}
        apiVersion: apps/v1
        kind: {{Type}}
        metadata:
          name: {{name}}
          annotations: {{{(IsOwned ? $"argocd.argoproj.io/tracking-id: '{space}_{name}:apps/Deployment:{space}/{name}'" : "")}}}
        spec:
          replicas: {{Replicas}}
          {{Spec}}
          selector:
            matchLabels: {app: {{name}}}
          template:
            metadata:
              labels: {app: {{name}}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: app
                image: {{image}}

        """;

    private static string Owner(string name) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: {{name}}
        spec:
          syncPolicy:
            automated: {prune: true, selfHeal: true}
        ---
        """;
}
